"""Amazon: which product a link leads to, who says the price, what is known of products for a day.

The same words for both databases, as in the first file. On SQLite a column that is added takes its
CHECKs with it, and loses them with itself.
"""

import re

from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True

COLUMNS = """
    "marketplace" VARCHAR(24),
    "asin" VARCHAR(10),
    "price_source" VARCHAR(10) NOT NULL DEFAULT 'manual',
    "link_due_at" TIMESTAMPTZ,
"""
"""Added to items. The release before this one leaves them out, and so gets what they are by default."""

CHECKS = """
    CONSTRAINT "item_product_is_whole" CHECK ((asin IS NULL) = (marketplace IS NULL))
    CONSTRAINT "item_has_asin" CHECK (length(asin) = 10)
    CONSTRAINT "item_has_known_price_source" CHECK (price_source IN ('manual', 'amazon'))
"""
"""Of all four columns, and part of the last one."""

TABLES = """
CREATE TABLE "product_quote" (
    "id" UUID NOT NULL PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "marketplace" VARCHAR(24) NOT NULL,
    "asin" VARCHAR(10) NOT NULL,
    "asked_at" TIMESTAMPTZ,
    "checked_at" TIMESTAMPTZ,
    "expires_at" TIMESTAMPTZ,
    "availability" VARCHAR(20),
    "price_minor" BIGINT,
    "currency" VARCHAR(3),
    "quantity_max" INT,
    "page_url" VARCHAR(2000),
    CONSTRAINT "uid_product_quo_marketp_00540a" UNIQUE ("marketplace", "asin"),
    CONSTRAINT "product_quote_has_marketplace" CHECK (marketplace LIKE 'www.amazon.%'),
    CONSTRAINT "product_quote_has_asin" CHECK (length(asin) = 10),
    CONSTRAINT "product_quote_has_known_availability" CHECK (
        availability IN ('available', 'orderable_later', 'unavailable', 'unknown')
    ),
    CONSTRAINT "product_quote_has_price" CHECK (price_minor BETWEEN 1 AND 99999999),
    CONSTRAINT "product_quote_has_currency" CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT "product_quote_price_has_currency" CHECK (
        (price_minor IS NULL) = (currency IS NULL)
    ),
    CONSTRAINT "product_quote_has_quantity" CHECK (quantity_max >= 1),
    CONSTRAINT "product_quote_ends" CHECK ((checked_at IS NULL) = (expires_at IS NULL)),
    CONSTRAINT "product_quote_ends_later" CHECK (expires_at > checked_at),
    CONSTRAINT "product_quote_is_empty_before" CHECK (
        checked_at IS NOT NULL
        OR (availability IS NULL AND price_minor IS NULL AND page_url IS NULL)
    )
);
CREATE INDEX "product_quote_by_turn" ON "product_quote" ("marketplace", "asked_at", "id");
CREATE INDEX "product_quote_by_end" ON "product_quote" ("expires_at");

CREATE TABLE "catalogue_access" (
    "name" VARCHAR(300) NOT NULL PRIMARY KEY,
    "day" TIMESTAMPTZ NOT NULL,
    "calls" INT NOT NULL,
    "next_at" TIMESTAMPTZ NOT NULL,
    "closed_until" TIMESTAMPTZ,
    "closure" VARCHAR(20),
    CONSTRAINT "catalogue_access_has_name" CHECK (name <> ''),
    CONSTRAINT "catalogue_access_counts_calls" CHECK (calls >= 0),
    CONSTRAINT "catalogue_access_has_known_closure" CHECK (
        closure IN ('not_eligible', 'misconfigured', 'throttled', 'used_up')
    ),
    CONSTRAINT "catalogue_access_closure_ends" CHECK ((closure IS NULL) = (closed_until IS NULL))
);
"""

INDEXES = """
CREATE INDEX "item_by_product" ON "item" ("marketplace", "asin") WHERE asin IS NOT NULL;
CREATE INDEX "item_links_due" ON "item" ("link_due_at", "id") WHERE link_due_at IS NOT NULL;
"""

SQLITE_TYPES = {
    "UUID": ("CHAR(36)", "{0} LIKE '________-____-____-____-____________' AND {0} = lower({0})"),
    "TIMESTAMPTZ": ("TIMESTAMP", "{0} LIKE '____-__-__ __:__:__%+00:00'"),
    "INT": ("INT", "typeof({0}) IN ('integer', 'null')"),
    "BIGINT": ("BIGINT", "typeof({0}) IN ('integer', 'null')"),
}
"""For each of PostgreSQL's types its name in SQLite, and what it refuses."""

COLUMN = re.compile(r'^    "(\w+)" ([A-Z]+)(?:\((\d+)\))?([^,\n]*),\n', re.MULTILINE)


def _for_sqlite(tables: str) -> str:
    def column(found: re.Match[str]) -> str:
        name, kind, size, rest = found.groups()
        if kind == "VARCHAR":
            kind, check = f"VARCHAR({size})", f"typeof({name}) <> 'blob' AND length({name}) <= {size}"
        else:
            kind, check = (text.format(name) for text in SQLITE_TYPES[kind])
        return f'    "{name}" {kind}{rest} CONSTRAINT "{name}_has_form" CHECK ({check}),\n'

    return COLUMN.sub(column, tables.replace("~ '^[A-Z]{3}$'", "GLOB '[A-Z][A-Z][A-Z]'"))


def _added(columns: str) -> str:
    """Return a statement for each column: SQLite adds one at a time."""
    lines = [line.strip().removesuffix(",") for line in columns.strip().splitlines()]
    lines[-1] += CHECKS
    return "".join(f'ALTER TABLE "item" ADD COLUMN {line};\n' for line in lines)


DROPS = """
DROP INDEX "item_links_due";
DROP INDEX "item_by_product";
DROP TABLE "catalogue_access";
DROP TABLE "product_quote";
ALTER TABLE "item" DROP COLUMN "link_due_at";
ALTER TABLE "item" DROP COLUMN "price_source";
ALTER TABLE "item" DROP COLUMN "asin";
ALTER TABLE "item" DROP COLUMN "marketplace";
"""

SQL = {
    "sqlite": "BEGIN IMMEDIATE;\n" + _added(_for_sqlite(COLUMNS)) + _for_sqlite(TABLES) + INDEXES,
    "postgres": "SET LOCAL lock_timeout = '5s';\n" + _added(COLUMNS) + TABLES + INDEXES,
}
DOWN = {
    "sqlite": "BEGIN IMMEDIATE;\n" + DROPS,
    "postgres": "SET LOCAL lock_timeout = '5s';\n" + DROPS,
}


async def upgrade(db: BaseDBAsyncClient) -> str:
    return SQL[db.capabilities.dialect]


async def downgrade(db: BaseDBAsyncClient) -> str:
    return DOWN[db.capabilities.dialect]


MODELS_STATE = (
    "eJztXWtz4ji6/isqvkxPFdPVuXYv59SpIoR0M5NABkjP1E6mXIotwBsj0bacNLvb//1Isg"
    "2+YzuQCKMvMx1Jr2yeV5beu/7TmBMDWc77X8nDNYIOarTAfxoYzvk/En1N0ICLxbqHN1D4"
    "YInB/yIPmrUa9uBQG+qUdUyg5SDWZCBHt80FNQnmw/+YEWAQ5AAIGCWAFCxs5CBMmwBiA7"
    "iYmhZ4niEMMHkgxhKw5yEwh8v3fH6D6OwBJp6+fCoXm99cpFEyRXSGbDbhX3+zZhMb6Dty"
    "gj8Xj9rERJYRwUf8n3WKHo0uF6K1M4P2lRjLX/RB04nlznF4/GJJZwSvCNgv4a1ThJENKT"
    "JCoGHXsnyAgybvfVkDtV20elFj3WCgCXQtDj2n9t5h3dbQtP5grI26Y01rJNgSUITg9Zt0"
    "gjlLTUwdgcEcfmfsxlM6Y3+efvjhPWeNhDeKP/Bre9j50h6+O/3wM38gYevCWzF9v+dYdP"
    "0QU0AKvUkE8muoZ8QykK2ZRhLvu7veZTreEaIY6K5rGu85aRXog4Y19utV/grg54AtkD45"
    "F0gviEOntugUIAmI15CK7yIJ5yXDgZpzlA7piigGp+FTvQ/+US9Yx72b7mjcvrnl088d55"
    "sloGqPu7znWLQuY63vzmPrfTUJ+KM3/gL4n+Cfg343zqvVuPE/G/ydoEuJhsmzBo0wJkFz"
    "0PSD71OTx9DnwxseoP74DG1DS/SQY5I1Ntk1P57HWyCGU8EkjiZ/T/+4aOs6Ycsk7SQJun"
    "IPEhgatPEYaYMFsh2C2f5OgGNOMWIb/uI9GM8QcNjDgT8b3+4BecbAMh3qiHNhaj6h5GGy"
    "jQlfcKSU2+C2v7NtPlQa/ztxsc7xB+JJ/D+n/9eQcKvLPk10G3FMNEjL7n9RSrUJSrcJRk"
    "64hVGRzVFKxWap2YzmME2QyZbDVwS1E8SPz04LSOJsVKYoLvpigqKD7LKqTpimEso+hjKC"
    "vC1tZ43wxLQdqpXFOEq1nbX8xttSFOhPRYD+lA30pwTQFqyAc4RIwVwA5gfTpjMDLtOP3X"
    "SUwzR5B+4ewp0DLz9AY+AtoOM8E6aFzaAzK7NOE4Q1XKvHH4osVjYq+4D7kFiuTAVF1eTE"
    "KOUW5MT4sSfvyt0LMVESk8iYPCLcSDGIeB3NPHMIXQ3ZaAwZYATIArKVAwRVEzxibqKgBL"
    "gOINhagoclMKkDRl/avxyfnQO+U4B3JuX/ALzhgfeSCUCY2mSx/DlpINnVQ15gNCm7UW53"
    "f5RIMj0vIv2fZwv/56eb7PCP7GemQ93F7lzA3WMvCLGOErAHtDIfS412p9MdjVrczIcc5x"
    "4Pu1fD7uhLC9howjajWfx7KMKWoyJn1lH2kXWUOLGUAau2R1bEsvF9YbLpKrA5SqnYLDWb"
    "XaeakdJRkude8HcC56a1LOm8jhDt1nn9mgJLdYdOQpaPA5xE94rYyJzi39AyIZnEEA3L41"
    "er2fYS2nXr+vk2fF7JzdGVxTDwlFjewySd8bDXGTd+vKGe5MOfpS2tubNBZ9LWq6KY6sS9"
    "vb+YuAXQE7KXYAFNm2spYjIH0Bmk4JlpML4giAwwscmcaTpN1vTEBhkgUF7StaYtz6+8zB"
    "JsSk3lZT700115mQ+CzUoXOwg2+0dtBTZHKZVGJjOX/SC+kipZlErpZLk6WSiM84VKWShq"
    "dC9x3aiQRdeVVBrZV9MxKbEbKdpY0NXM08SeQoMKBPNOXeTQwKP0sAQQMPAmpj1nyg/7vN"
    "nic9JCdouSKZVJgj2jqVSmQz9+lcp0EGxWgbm7Dcx92/xDqeLCthPDKEm4kC9ZddhfOYKX"
    "6C4ifLEVYBTMym0DPta3RSNMAXEpF6j4d5kd6PPlpt0B7xzzOzDMKW+YmWwSTOiMMTAlhG"
    "hnT9ks3/213mNCEsPfSuxTYp+c21yd5AEl9h0Em99a7JNKMFGC3z4IfpHYSiablM69iBDV"
    "EOZtRRYrf9qBHQbslyInyeEepunMXY2P8dXclgPgdT+iKX+JX46PTj+efjo5P/3EhogXXb"
    "V8zGF2rz9OpuKqSNGafS1yGR1uoePhl250EN3NIkaHRTCyQCkwSAH0nDjAmZFnB5iMwwga"
    "PDwOYj8Xo0y6UVqRsN08RKUtySNcKAPDAW6fSqY8ODarGK1D4HIgSJQzwUepVIxWboxWKD"
    "rnhTFaoWCgvcR1Y4xWdF1JFaN1jYwpsruY2qlZM+HuXMndEgM1tBpZKGvGQlMuQRP2zzl5"
    "QnNG/h4MuXwNbQSebZNShFm3jkSRRMyTX4A+g5j9lvQ8mRfPmCKT/9XgdRp97gWzih/pBx"
    "f+rQLBZPIIhrhVFOoQiar1G7MbhVd8UXUzTFNDi/bRcaGqDMc5ZRmOE74Dx334F9LLrtwo"
    "lZJZophmBpIXqzoSIpd5FTe4DHHbbQGO6QLd48+9r93hqCWqCtvOPb7qdtlfE4TYvy97o9"
    "u7Mf/bMJ2FSz2LeflaWkU8k3mVtOLLH85FHPvcxGlC5YU5zTT7xynrZP3/x/HxycnH4w8n"
    "55/OTj9+PPv0YeUGSHbl+QMuep+5SyDCjqSPQHdtG2E9JR0+x30ZopH5K6m4158UWOgnme"
    "v8RFXfORgDhCTOmFu45KJXn1BTR40UpS46oJmn1i28oexnrsYWiAP1RnM9bCQOpHV9AnYc"
    "mexnGEL5cphOjIwWgGDGlgB3mNjcpQKZfiZkGgCnbG2khYBu9wH3+B7zEv2mAUzHn/En5z"
    "3oUf430wLB1GVc8UY7lE2ysODS8er6e6/yk8OzhiiPR2UkrA08ogVtAVPU+r/H/DYR4CD2"
    "CVPHu1nG6wEP7FewroclI3reRZ5R9r6dKjHuv0PoqFCVz6OcKp9HHzZeKZNdyi4d630oX/"
    "f2eIdWsviWUlWhnAUdJtpK4fD6A63EkdqKI5GgT/SdatReVuBzjFQxWmpGq5C5bYbMzZik"
    "ZlXaHaOUylks8zdDXKqTckHxIZL6CRrbse1Jog33KJo3UpRg0d7M033NYEQhV+az6cwAwU"
    "zX5L6kdOdkyhhVVUIKj4GK/jvwM0ClFx4Em2UODdg/7yo1qVVKbFoR1NAOtpPbhTChKQCP"
    "mUqeoaz742uBb97G0/1zHNlzAhTf3bT//Dmy71wP+p+D4SHUO9eDi3iClF0q89gfXguoE0"
    "u54FrOXcyJ1bywTR1V8fDHCOtkq3hlB/83F2K2C6c4+DPBD5PUCfmtWYnY6iR2OUzDJArT"
    "FEyfTTozbPiMK0jkcVplfZNZJJ9D+xHRhQX1UqJkjKyGVrhCtT9ySn8kqiZAx8RlIA7G1w"
    "/b7V+q5kkoDnHtrGW8Odo0PsfrSZbcfOpCq6RlrnHT7t+1r1vAo77H7Zs22yVaAM7hvwmO"
    "m0DfhjGWiR81w0UVzpEYqTpGZDtGJHEx/GE6s2vToY0UN8Oqr5nnauCOAc0KhhWIsONjef"
    "gbJ0QO4BIPgMBA0GCLllHMoYGCsgPkGafdKlR1EuWxkMIKpzwWB7jhKY/FwbFZbLwlXRZh"
    "GuWzUD6L1/VZhN8sgXO26yJGVgu0X9uDQXSdKe1puOeEMoVoagH6zmt8qhy5HefIBSpIWc"
    "EmTKfEGqnFGofCNM92MUPZiljmT6nR7ox7X7stwFR58wnd414/aDGx1yaHhcxhmCPNBy31"
    "8Mh0Y6WRKndWijvLA6ps0cYo1VbM8BIl6m2/LLRXVqmKShylVJZe2Y4OSSy9HUihRaYuao"
    "uCr40Ug298SDPP7qsHgzW4Hr3R/PuFPAMy4XWsINBtZCBMTWiJ9GderBlQYsBlEzzP2Ih1"
    "mrHo4slcXv4x6+XmWz7AdIBuESetpNbuHsWTrtvAZvP7dueQQ5cdkMLozKH1xntp2KE3mB"
    "CbNbHpwmS82O5LbdRvez2CRNvzSSHbwEmObeBkcx41Wz2lt2qYpkUp+f7tN+mIkgwtq0we"
    "4mq8Eh9TxEeRg1sxdVdZ+ffhcxGHouaywy0lBnmD1y5Gq6RX2Tnt2pVNHyFyicOyGryve9"
    "373Lu47rZ4PRwNWebUZO9wj296o86gf9X7fDfsXrbA3HTEhdtT9rOMezz+MhyMx9e8h85s"
    "QqnFW+9G3Uvt7rYlREvNXVSxnNQqrfXWJoar099dIuoIJ2s8hftzdZCFN1L7thpa7NINIZ"
    "AH+guwIL8aA5rejRjAn5TXUFpXRvK1A14ZScjvx6dgRlzbWcvtyVs3tv2UoNYTVzyYioGs"
    "CZtv6TAdxdRnwYR+sWDIJjRWKgwGCLIhXPURrwGdR6blsCdklw2OxaiKeEpVK1gFyyj56r"
    "VPXRUscxBsfsNcAtnYWqtkArnB3b5LTsgWFTarMJ1SA2XeqfQZ0qvxOEqpuCwzlyW6U0xx"
    "eWdchk/QZDCbVmoOcMGbBmJzyGzcaX9t967bwrLjvzY36wyGl90hb9WuGVOGLUBsg70s69"
    "Ms9sr2Pb7rhyhdHKK96//WH/zR563i8sy3M+9IU65Asu/1gK4jkA35XUZaBrUdNPaQEt66"
    "OFmNVvj2qkLAKdJKlpQJ09Rv7W6zrIwkZvgrFxseAAkLfNDVzDO+T0KDCsX9zF195l86ze"
    "tT/uQAcdiIiwrgI4/TwQZYQNP4n1X6JjehT0zboWAhbunzY2eQmCA95GcnT3lJ4iibo2QO"
    "VIhEWcXrdIPe/qWcqYSRXYsxFNpsU6kiqscp6xR+9MrC+owTVmBBlE4xoDID+IFcSV2N0C"
    "kGVGbAASQ1DW67/RYgC4Tv8bA76g6/8kgddvYh+4kH6nSuB6Ne/3NLhG0zDnHbztVd/5KP"
    "cjEXd/kobpO7HLa5xWdVrE0Om4+KB6giDO2dyVbFA9SWzZJYBm6FFtxIC83zepq5QXnrMQ"
    "WqQYlrfrmS7t3WCCjh7+8E6jvbrzEKbkr0L3/siWC5JoAUzAkvA8VGWGwatpXzTTqtXNSO"
    "nqLqSUmhrqoQuQPcK9WReHBsltm0JwtTS9j2oK6Ly+fLIRqlegGom/09+2cufTIdk5KyNc"
    "+iVArS6Cqdi+VWwTYUp1TWof0KZpAO+l26AQ7A/vale33ZAtxkfo9FFt3wxjO38RQ6ey4s"
    "bsPu73e9YXek8XpDvB63jb65XjShUEXu8e1w0OmOPEPdwia89ISgvG332OzcHnyPL7ud61"
    "6f2+0MpPOqWqytfdHuXw5EI3yA2CCiddjlFj7t8q7b8hU7XjU7aBcP8Zr9txOjb7uRLm2B"
    "Iv2eVTGwF/o0V+3e9bpDm0BTJAde9ka3d2PxpqazcClvux6Mxi1gEa+k8tvbFZnqnF6YL3"
    "PnDVHUadPdWnwNX9SICaZliyrF6WT+3Ctuq9uvrGQKQ06qSJaNdISobtWrjgrFMh3lhDId"
    "JUunztlGDKflcpfWJDVcyWeFUD7LQfksibIzYypzep2fC0IsBHE61BG6GNgPjHAP0c4Tag"
    "eD64hR46IXr0B7d3PRZWtcYM8GmTRD8hWW4wzEs1d2lKqGi3v7pWlF0FvpCtdRqhoCvZMy"
    "1wK1kvG9YZp64ryTeyMFbJWzMdKo6yRRv7IZw9cGGcBGqV0mTle/+PbzIov/PHvpnycWvq"
    "/o2gg6WUXdNxs2EpNIjHyjaLTQPf7c+8qzzISUcI8Ht91hezwYitgk9jO8z/zt9f4ZsQxH"
    "swmZlxQ2o4RK2iwubTJMHVStlFqMVKXdyuzJhJQd7AtapspkmKROIsAWk9bMKhEAITL1zc"
    "j8zQQm9Qo8jpEqPsvMZ9/bIkfO3L560BORpAl8k+BeERuZU/wbWiaE8hikyTTRvcR13bp+"
    "PhPQV9GasaXIAPDuWuBdQ7bOh70OO4TeMka3+4TEy2cE6nrdzc3RuhpajdwYszvACMzJE/"
    "LrWAp6pt3wipcPSOdl71mHSb3K+tEq+jynVig9ohQlZWpCMlh3+9On1rcMB4Z5EHh/BK5L"
    "VetSqkBeFfq33Tg15dLf9i1JKn5Hxe/IGb+DSdbKTP/Ug/EyL0aZvGkqyaTKabV3eimT/C"
    "my+fZSgdMJYmWDkJnXEZWgqMAZIVIiZ74VYp0l+kIjxDoldT9h3WiEiCwrqWwQQyELNVLM"
    "D35PM8/yYK/HFLI5eOO59s9TcT1U3oM2wOgZrK9xBRNiWeTZuzIDwAn17QLi3gtO6Elu6X"
    "aH7T+ilO0hdBmtMj9IZX5QIt5BHPsqj/gg2KyMiVs1JipheeuQVrrRXt1lr6y0XCn4/Y7t"
    "kJ6tUqSLcZvkyuS5snWO7jqdblcYOx1X1xES1s7AzOmJsHLYL1UGuASh0yoDfNcZ4AubPJ"
    "kGSi8ekVN3PUqmchUL5Cry3S3zItt0mEMkEsegvzXIkhSwayPb1GeNFMOU39PMM0zB9ZhN"
    "hqlsvLdcGi47Qyjtq0852Pz19zJTjvSSXrYFJzPiIfuTzw55qMPpdXx2VkRQOzvLltR4X0"
    "xUWyzKIOwPryG6Ozm2/Guikwj/Ohr0M0SwNUncKGXqFPwXcMPGHqKdAy4HI2KJCjB9d9P+"
    "Mw5353pwEdfH+QQXb32Y/fh/nv1FQA=="
)
