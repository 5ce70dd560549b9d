"""Guests' codes are confirmations, which go by an id that only whoever asked knows.

Those on their way, of a quarter of an hour, are asked for anew: nobody knows an id for them.
As in the first file: PostgreSQL's words, and for SQLite a CHECK of what PostgreSQL's type refuses
by itself. SQLite changes no CHECK of a table, so there the table is made anew.
"""

import re

from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True

VISITOR_CODE = """
CREATE TABLE "visitor_code" (
    "id" UUID NOT NULL PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "email" VARCHAR(254) NOT NULL,
    "name" VARCHAR(80) NOT NULL,
    "code_hash" VARCHAR(64) NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "tries" INT NOT NULL,
    "used_at" TIMESTAMPTZ,
    CONSTRAINT "visitor_code_email_is_lower_case" CHECK (email = lower(email)),
    CONSTRAINT "visitor_code_email_has_at" CHECK (email LIKE '_%@_%'),
    CONSTRAINT "visitor_code_is_hashed" CHECK (length(code_hash) BETWEEN 43 AND 64),
    CONSTRAINT "visitor_code_ends_later" CHECK (expires_at > created_at),
    CONSTRAINT "visitor_code_counts_tries" CHECK (tries >= 0)
);
CREATE INDEX "idx_visitor_cod_email_cd1a20" ON "visitor_code" ("email", "created_at");
CREATE INDEX "visitor_code_by_end" ON "visitor_code" ("expires_at");
"""

CONFIRMATION = """
CREATE TABLE "confirmation_anew" (
    "id" UUID NOT NULL PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "purpose" VARCHAR(20) NOT NULL,
    "email" VARCHAR(254) NOT NULL,
    "account_id" UUID,
    "sign_up" TEXT,
    "guest_name" VARCHAR(80),
    "code_hash" VARCHAR(64) NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "tries" INT NOT NULL,
    "used_at" TIMESTAMPTZ,
    CONSTRAINT "confirmation_has_known_purpose" CHECK (
        purpose IN ('sign_up', 'reset', 'new_email', 'guest')
    ),
    CONSTRAINT "confirmation_email_is_lower_case" CHECK (email = lower(email)),
    CONSTRAINT "confirmation_email_has_at" CHECK (email LIKE '_%@_%'),
    CONSTRAINT "confirmation_of_sign_up_has_person" CHECK (
        (sign_up IS NOT NULL) = (purpose = 'sign_up')
    ),
    CONSTRAINT "confirmation_of_email_has_account" CHECK (
        account_id IS NOT NULL OR purpose <> 'new_email'
    ),
    CONSTRAINT "confirmation_of_guest_has_name" CHECK (
        (guest_name IS NOT NULL) = (purpose = 'guest')
    ),
    CONSTRAINT "confirmation_is_hashed" CHECK (length(code_hash) = 64),
    CONSTRAINT "confirmation_ends_later" CHECK (expires_at > created_at),
    CONSTRAINT "confirmation_counts_tries" CHECK (tries >= 0)
);
"""
"""For SQLite. What PostgreSQL changes of it is below."""

COPY = """
INSERT INTO "confirmation_anew" ({columns}) SELECT {columns} FROM "confirmation";
DROP TABLE "confirmation";
ALTER TABLE "confirmation_anew" RENAME TO "confirmation";
CREATE INDEX "idx_confirmatio_expires_c7723c" ON "confirmation" ("expires_at");
CREATE INDEX "idx_confirmatio_account_9f439f" ON "confirmation" ("account_id");
""".format(
    columns=(
        "id, created_at, updated_at, purpose, email, account_id, sign_up, code_hash, expires_at,"
        " tries, used_at"
    )
)

BY_ADDRESS = """
CREATE INDEX "confirmation_of_guest" ON "confirmation" ("email") WHERE purpose = 'guest';
"""
"""For the job that erases whoever closed an account."""

CHANGES = """
ALTER TABLE "confirmation" ADD COLUMN "guest_name" VARCHAR(80);
ALTER TABLE "confirmation" DROP CONSTRAINT "confirmation_has_known_purpose";
ALTER TABLE "confirmation" ADD CONSTRAINT "confirmation_has_known_purpose" CHECK (
    purpose IN ('sign_up', 'reset', 'new_email', 'guest')
);
ALTER TABLE "confirmation" ADD CONSTRAINT "confirmation_of_guest_has_name" CHECK (
    (guest_name IS NOT NULL) = (purpose = 'guest')
);
"""

UNDO = """
ALTER TABLE "confirmation" DROP CONSTRAINT "confirmation_of_guest_has_name";
ALTER TABLE "confirmation" DROP COLUMN "guest_name";
ALTER TABLE "confirmation" DROP CONSTRAINT "confirmation_has_known_purpose";
ALTER TABLE "confirmation" ADD CONSTRAINT "confirmation_has_known_purpose" CHECK (
    purpose IN ('sign_up', 'reset', 'new_email')
);
"""

NO_GUESTS = """
DELETE FROM "confirmation" WHERE purpose = 'guest';
DROP INDEX "confirmation_of_guest";
"""

SQLITE_TYPES = {
    "UUID": ("CHAR(36)", "{0} LIKE '________-____-____-____-____________' AND {0} = lower({0})"),
    "TIMESTAMPTZ": ("TIMESTAMP", "{0} LIKE '____-__-__ __:__:__%+00:00'"),
    "INT": ("INT", "typeof({0}) IN ('integer', 'null')"),
    "TEXT": ("TEXT", "typeof({0}) IN ('text', 'null')"),
}
"""For each of PostgreSQL's types its name in SQLite, and what it refuses."""


COLUMN = re.compile(
    r'^(    |ALTER TABLE "\w+" ADD COLUMN )"(\w+)" ([A-Z]+)(?:\((\d+)\))?([^,;\n]*)([,;])\n',
    re.MULTILINE,
)


def _for_sqlite(tables: str) -> str:
    def column(found: re.Match[str]) -> str:
        begin, name, kind, size, rest, end = found.groups()
        if kind == "VARCHAR":
            kind, check = f"VARCHAR({size})", f"typeof({name}) <> 'blob' AND length({name}) <= {size}"
        else:
            kind, check = (text.format(name) for text in SQLITE_TYPES[kind])
        return f'{begin}"{name}" {kind}{rest} CONSTRAINT "{name}_has_form" CHECK ({check}){end}\n'

    return COLUMN.sub(column, tables)



def _before(table: str) -> str:
    known = table.replace(", 'guest'", "").replace('    "guest_name" VARCHAR(80),\n', "")
    return re.sub(r'    CONSTRAINT "confirmation_of_guest_has_name".*?\n    \),\n', "", known, flags=re.S)


# On SQLite a script first commits what is open. So it opens a transaction of its own, which the
# engine commits together with aerich's row, or rolls back as a whole.
SQL = {
    "sqlite": (
        "BEGIN IMMEDIATE;"
        + _for_sqlite(CONFIRMATION) + COPY + BY_ADDRESS + 'DROP TABLE "visitor_code";'
    ),
    "postgres": (
        "SET LOCAL lock_timeout = '5s';" + CHANGES + BY_ADDRESS + 'DROP TABLE "visitor_code";'
    ),
}
DOWN = {
    "sqlite": (
        "BEGIN IMMEDIATE;\n"
        + NO_GUESTS + _for_sqlite(_before(CONFIRMATION)) + COPY + _for_sqlite(VISITOR_CODE)
    ),
    "postgres": "SET LOCAL lock_timeout = '5s';\n" + NO_GUESTS + UNDO + VISITOR_CODE,
}


async def upgrade(db: BaseDBAsyncClient) -> str:
    return SQL[db.capabilities.dialect]


async def downgrade(db: BaseDBAsyncClient) -> str:
    return DOWN[db.capabilities.dialect]


MODELS_STATE = (
    "eJztXe1z4jjS/1dUfNm5Kja1eZ15sk89VSTxzLBDIAdkZu82V15hC/DG2KwtkuHu9n9/Wv"
    "ILfsOxHQjC6MvuROqWTUtWd//U3fpPY2brxHSPfrFHHYJd0rhE/2lYeMb+keprogaez1c9"
    "rIHikcmJ/7BHqhmSjVzqYI1CxxibLoEmnbiaY8ypYVuM/NvURrpNXIQRcCJM0dwhLrFoE2"
    "FLRwuLGiZ6nhILWfbI1pcInkfQDC+P2Pi6rcEDDGvy+qEWlvHngqjUnhA6JQ4M+Nu/oNmw"
    "dPKduMGf80d1bBBTj8mH/x86eY9Kl3Peej3FzkdOy150pGq2uZhZUfr5kk5tK2SAX8JaJ8"
    "QiDqZEjwjNWpimL+CgyXtfaKDOgoQvqq8adDLGC5OJnnF777Bqa6hqtzdUB8pQVRupaQk4"
    "IuL1mzTbYlNqWNTlMpjh7zDd1oRO4c+zn/7ynrOShEfFHvi11b/+3Oq/O/vpb+yBNqwLb8"
    "V0/Z4T3vUXHwJT7A3CJb8S9dQ2deKohp6W9/19+yZb3jGmhNAXC0M/YqxVRB80rGS/WuVv"
    "IPwcYXNJn15wSc9tl04c3smFxEW8Ein/LtLivAE5UGNGskUaMiXEqftcR8E/6iXWYftWGQ"
    "xbt3ds+Jnr/mlyUbWGCus54a3LROu7i8R6DwdB39rDz4j9if7Z6yrJuQrphv9ssHfCC2qr"
    "lv2sYj0qk6A5aPqL7VPjx8jnwxpGWHt8xo6upnrsE3sdbbprdjJLtmALT/gkMWmy9/TVRR"
    "9mvGPMDJqlS1aducqErRrVDOle1CY9iyDNhsV5hIZTgh7JEk0NoIFt34a93qDIcC9BP0AH"
    "0dEUu9O0Gqk4xiv0B4xURn345LXTHscnRdQHUK3VH7wvX4EsXJKhO9oWXbPP+eQJYcMP2M"
    "ONDd4X/vfjyfHZ+7MPpxdnH4CEv2jY8j5nAtrdYUJzEEt3VUzL6o4I29toj7dc0lJ5bER5"
    "DIi2cAy6VJ7Afs9SIHGCXCXi+qQqCWkLKRJOfoTalG3y4DOgse0QY2Kxnf+S6QF7QU3jyd"
    "MMM9bgzgl+dJE9ztYqrx3wZRXzWwNrXHf5xi78919r1U45I3rz1vPLqqfxv+OFpbE5QfxJ"
    "7D9n/9cQ0Jxer3Ae4fdla3fFWsy4rNvwGtjSSFrT+7ybUfXb0T6NQftTV7lR7+8ukQuLme"
    "jqYv5g+a3tbthqWF4rtKl95eP9QLnx+qBHdciYqdoHq9O+bQ+hv3X9mfVz2w96sTZlvcDX"
    "Vwaf1WHvi8JG8QYBZpiPKXwYj4QN5Y103btRQhINtoWwp32jdIft4T/UTrv7hfWCeQf+DO"
    "wQpmE9MoqBMhi0e11V6d7wtySuC79WBc3Fe73f1rsfqspXpf+Pb5+VvhL+TviI2U7jLJ/h"
    "GyUP1l1rMPjW69+sfvQcu+6zDVtk+KtDGlho3U8xGm2KrYn329kMtAZfvJ/sEqpi9zHGzU"
    "li4wPVg6Xcttqd1dBkhg0zMm6vo6if2l8VmCrHNok6gS3I8tuHrS9hO8WPrB1UU0tVfr3r"
    "9YdsNL7wyfe57VA2Wuv6unffHarXnR7/rcF+pJm2b0rtClRYfZLxPbLoBhjnesVG6G9zol"
    "iFm0ERLEJhyT2qzB8qhYUl+CptdYJJNL5+L84KrN+Ls7Xrl3UlZG3TcnijTy+yGqko3JOf"
    "iuwOQLVWvLwvLl8N9A3Io4JrE+eU3o30bjK9m5anSrL8mqAr16PBEaIXXZkWmhPHBRManA"
    "rfRkGLuQduufDwQEWzkxBkP1tgc7nU5UcmzBJIuzKbGPAVaJl0W97CbdmvPVAUg2kvNsHY"
    "4c9crzjNcU45zUJPM3f5ypiMIUPtThlOzovY40C13mI8T1nk4MU7ZaMAojwb8XoEEvLmff"
    "ax4bhULSvjOFcN/Z8PRQT9Yb2gP6QEbeIKco4xSTEXEPPIcOhUxxkHv0ztZks5ypOncPdQ"
    "3DniZQo0IbwQ4CyLNqUYa7hWtwKJ+JixbcGOOqtkL2aPsAG7UTDwr05mo264cxMvS6uDJF"
    "/9QN3NK4S5odGFQ9SFU8pQT7DVT9KwGRXcz3I3tJS8DVd1iWkSJy3tK9s2CbbWAEpRvoS4"
    "R8C4Lf0RtrztnnXV63Vi29VVe5gQ8/3tldJ/d8ylD0QG9UKqUuFCTHIUj8cVBB6wSXmXkL"
    "dOTFIN24lzSh0tmo4W5BhjyOItGhmHGF5HM+8Ig4YkhWKx7DmGlYM4VxM9WuxYgdpo4SLb"
    "MpdotEQGddHgc+vHk/MLHpSL3hlenBVrGLFee4yIRR17vvxbdnzWNh7yioOOss7NZn0agd"
    "CkTZ2gH3CQVuv6WhkMeDgOcd0wkCqMnUp+D4XitQuFa+dEa+/5wbtUWSVUVgxM+D43YLgq"
    "IEKMU06z0NPMQhurHCy60vLci/l1NXteChYKGWqJUmwedB3jmWEuS4apxpi2m+wqSOTZC1"
    "EuKWcpKeC0dD96eRlfyDJl+iUkGnV4Poaj7aVoV62r5zv4OXRM4isLZOChBKwHTMlhv309"
    "bPy1Q0fUF/86d3Q1Oy84pepqVRTzTVkI3I+GdYl41D+aY8NhbiAfzEV0iil6BhfRt7SJjs"
    "YOz+5pQtMTEOko8A6z3dINjy9D7wTYlJo5zqj0gg7CfJKhdwcxzdLZPYhp9lVthWmOc0qX"
    "V+RZ1kyDrEkcXO/2xpjq5/puPr9NAgtbBhZ08mRo5SJ6Qg4p4kIilvmwb7df7DifW0w4Z7"
    "NIWSTj8JVQWSTBcS/l+iJMFl9XQuFkA1szsNn2q100ssrqxCmauXV1OK1qRIlfBMwG9ozw"
    "4puYIozmjv0E/E4TYZfVu/GIRwyympIZYmkFaUys/BAP1oN159PxPFR3MfqDaBS5eMmzWH"
    "lRt5+hC5EfWZwyApsQvg0XWQxz86qKvmsNvg7QxdGHo+O/HaFvBizuBX2wgCfId+WjIDd4"
    "PTawxvJhOR4HbxO+K38HrwYQXWXQoiWh6xC63xoBLyPwX9+r7SOBOwncSVdfAndymjc7zd"
    "ENt3A0foRH5Hiwyp5SIUcpx09Kufq+Jish4whLHUV8fl4oPfk8Jz35PDN7q4yMX5f+LbT7"
    "uZX8by+5DUxFAwbNsLVyExzSzG+Y5rAbZbDBLIc3Lb4v9sreSgzSrvLuD0/UO8q8PzxBy1"
    "TLt021NG0Nm+VWdchRPymfFjHwTtfbd6cp804zsTFz0/L9ZdDrrjuSDDiSTiiscfRfXrGt"
    "XhYHk0XM4ggE+u629WtS1ted3lXSpWQDXCW9l6CycQUsIMkr0QCh0QDhawbLI6YKR0xCin"
    "WfT5h6rQWdXvOAl0bG8VK0u5l3tmTDxzhVtRVlgTKnDpmA2iKOFwFtUUQs/Qh1vOKjDkGs"
    "8I+LXDLHfEWwfN6Ria1Ht4mep4Y2RZbNkoDH3sERzAKFOXCz6p9u8UmviM7eUXBShcOevY"
    "s1WH/ms9u7/4QybDdfE8clmkNo6RiaBFv9XIjNh9DAVmY4RKPg3BoZnsSQfF9zQVaKsRYL"
    "O89yVX4d5jsSoeHa6XU/BeRJ7yIuftsxJqABygg+wiJFXkHkEwezJ5fYVlYctRD4GwBtPC"
    "63lIxXHFLGdbysQpgtZd/wBxl0chDT7JCZ/VQxjSjKKdOIRJvlFPK1G4CGATBgOv4bM/lf"
    "Q1sj6xKaFFEz9zqaKLmqBfQvQjbfpjyCN4RQEPnu3UrnNpFtacAxth0eOOvnuttjIPfT4X"
    "/2C7T5Vdmy73LeyhNkSTdxPNicYFxB0DChLNDtAgdlJJ3kq6Gwt3Wczu8yhW3MZE8qBT6m"
    "OWso9rPTAkI/O11/98jpvtVhEsUOK3FdqPRaa2voyuIXBzfNstJj/eZXRH+1T2Bq3czIgk"
    "y6ZnGv1YmwFIg1CD3KH1z0bLhTVid8ip/IKvvTT+s0LH7mbxIvAdS7ONVgFcWRvXDQHH51"
    "VoTBxseXVd+EsIBk8ugBbqUSxz+4afYqiZaF++JcEvR7EX0aOfazS5zSgk7ybQsGqZOsJa"
    "AqAdXdCntbgOob15sTXshbCASimJaTcMBQv+DN42Kr+DhvFR/LY4HdHwsEha9KHgwk2Laa"
    "FCSK/V7iZEBCxlUEvHcOkoSM6ze/gkDGQaW/FqVkNs9Ei5MkzTygOCjqBOtuRV280OEzbP"
    "cMvl2VKvw5drfkaMmhW36dpJcShn7n5s/v3t0eGgwEVCCanFKIG37IK9BiPmr5lJ0Yl0Q+"
    "Soc7yWplb1CtzD8kKmnwxblkKMieYXi1QpfkKVNtrS/pRB3cNEsnqn7zK4gTdW1bY8OZYV"
    "/8KQ8q1t/Mc5+0JGWB8BqGSLIQFpZ38YyXR+jb1OaV2LHL7jNkno3LOw2dhb94faCgdJe7"
    "Nqyg5sj+zv/NhsqKsNn0I1iN+SH4SoRF32AExgmCX2cDK2uzbO+B7KJGF3y1JoIu7nmxAd"
    "iNH6wWPS8IP4VXRHhkL7w+vxJ9Qbfst2hxmH/JkB4Z0iO1sAzpkdO8iXrwCweGXHOwpliL"
    "GZ/jaHWyONiyYhfZU20M2p+66v3dJQ8wVRfzB6uvAO0l6D6X0Aerq3xTldtWuwOjk2eVF6"
    "9+sD7dg3wv0SSIod09VvPGNc9F+/LeoOi58CURRdnqSoBh/keXFuj6QkARljoES7x5HSCO"
    "zZYt4xbnqoPct13LjQeZlMV4Y0w13Jc3D/DuF/InSNHavbNF4Zdm1dVqW2t0REifmFZjUx"
    "cxvu03NGEv8ePJ8dn7sw+nF2cfgIS/aNjyPmey01eISBi1fl+LIDDqR9s0+VulAFS/p5kH"
    "nY5XNC+Cpj2LhBdRcmDxmVUr5HmDBDu8sA0DF4mTBkPLsWbeTum9KXECZ8D7Uw9RyBhEmS"
    "BmNE30W4zJb5YA5k4BzOSsFhR3gk1GPCTricQXekmx6lKs2WKVcLvU5tvV5oqD3YVDstR5"
    "0JWrz0mEqJBC10wbjMxAOTcR/Mcw+bHgH/aI3yA9IsRC7GxyyQ8as5V7tWFeEQS6Y2jwQN"
    "W1vOZzy4i31DC11TDRadZh1ys/xSsuiZ2JNruC2A9fDdegtpNlPwRdufbDU4SoQBQVP6Ro"
    "rqrYYuTHYjFbIBJWlIiMKsomSwoJbg9IdVXbDU3GHx3cNO86oEWgdLqtGPfyJrcNn/6LZX"
    "TdYdfNMbx4dxHjS50HlEXvN+D2FHKnPKAcpE6w7p2pMEAGjCnv7oFmLF/XtsxlcPHA4HPr"
    "x5Pzi/wrDjb+EHnLgTjhHdLEO3Tdv1dRPXKaK06zQ55gl652+1OUU4ajiDzLgSFRDgSJc2"
    "338FcQaLH6XfIRoCwu39J3yUdwub2U64uXycfXlVCXyXeIPiGOYlFnmWW5R7tzLXeTE6ok"
    "pCx09mqSCbOg2U3t7Ga9GbAfoT6zr/kV745BKbH4LWJgZevI4gmi3u1ievYx7KtHzAy9Mo"
    "2wtkgwKv+R3mFqKvxKYrI7xWQjs1VU1BEWGfOTAG2iK76ouxnlqSF4c1wol+44J5nuOJ1N"
    "5y5Gf7DiwuVWbpxL2iyZ+XPZS/flhNIIu8iruMFsiDvlEjGZzsmD9an9VekPLtHEAPXmPl"
    "gfFQX+GhMC/75pD+7uh+xv3XDnC+olLew+mRTPeGDSzLCyjMorY7I28yLJWacEjP85OTk9"
    "fX/y0+nFh/Oz9+/PP/wUZmKku/JSMq7an1hWRmw60mka2sJxiKUty+z1UR6Rv5KKe32Rms"
    "brSxqnKhpLNLHKlr8XAIQghzF3eMlMr65NDY00siqzxgiauXVZPVL4mSFtgaAYj5r5YQOu"
    "kIKMFxeBOjLgZ+jc+XLBJyb6JThqLuXuGUZTw6uxyooAsYMVmxs3CE9gkWTF0WzpSazQ0O"
    "/GxGJcv3MG+Nhcf3Ts1RpiAzT56JE+JmnW6cstqFiEDJ2VLPLe8Qf3CLUp+5tFB08WMOHe"
    "Y+HdHDI38RIIGJP3435wWWwQZcVnDV68CD2SOb1EBkUzvHywprYJP5DA7kBd7328HjQCuU"
    "DXaAlMz9uIJlqvEjZ5F4lAZ03HRW8VyLtU4KXjpkf4pWVkHdDXUPVuUN6Rlcy/pZJ37MSY"
    "6hfJvRVBS0untpZOLKaHfKcqdZYV5jnBKida6ImWBRE2WRBhCpaaWWl3jHPKc2iRvxl7Qd"
    "m1D2VMjQhL/QyNzcCGgjjabUpmjQz/mrc389xqI6AodErKL6e2LXBa2TFV9rlnBo3MHRHi"
    "MEIGFh64DpC5IwcxzSJHHezfwS01qFnKbAoZaoiDbeW+WMvOui52fQ3UgL4W8s3beLZRAX"
    "XhlEor88lrIeq3uV967hgaqRI8kGCsE1bxxrEDfy4wv3S3BEQUZamT5DeGEsHqtJ1yMo2y"
    "SJlmyPTZoFPdwc9WBYs8ySvRN5FN8hl2Hgmdm1grZUom2GqIwhVK7c7J7E7fU+AaVhkRB/"
    "T1k+1xsZPUnIPUbNPGtRfOumVc4GaUxBhvZ1ky+HSBzZLIXOO21b1vdS6Rx/1gtW5bsEtc"
    "IjzD//buONv9xJiG9ahWK2SVYJVqRDQ1IsgRwzfDnXYMlzYyjhnCvmbeUQM7GFDNgKxA8B"
    "6jZQF1jJG4iFk8CCOdYB0WLXDMsE6Cigb2s5VV7LrqIPLEQggUTp5YHOCGJ08sDm6a+cZb"
    "8sgiyiPPLOSZxdueWUTfLCXn9UcXCbZaSPutTzBsTQOnPUvuOaFMEZ5aCH3rF7jJ9Lstp9"
    "8FLkhZwybKJ80aoc0al+Ksk+1iQFnILPKn1GhdD9tflUsErrzxRB6sdjdoMSyvTQyEzAWZ"
    "E9UXWqbyWHuMlcUqj7MyjrM8QZWtBxnn2ggML1Ci3ubv/PQqNlVxieOcEukVTXUIgvReY4"
    "pNe7IgLV5LtpEB+CZJmnm4rxYQq3hF/SL8+9l+RvaYlcjCSHOITixqYJMnVLOrOBG1dbxs"
    "oucpUKzSjHkXS+by8o+hl8G3jMBw/YuR0iDx9h7Fkq5byIHxfdw5cqALCpKDzjxRm9N7ad"
    "iRNxjbDjTBcFE2Vsf3tRj1bqtfC7Q9nxbCBk5zsIHTl/OoYfWU3qpxlhcl7fvdb9IxJxmb"
    "Zpk8xJBemo8Z5iPPwa2YuitR/n34XLhSVPl9hKVP7RK80noVfab9qy+rQB8RdoHDshqsT+"
    "m0P7WvOsolq4ejEtOYGPAOD9Zte3Dd635sf7rvKzeXaGa4/FqtCfws/cEafu73hsMO66FT"
    "x6bUZK33A+VGvb+75KaluphXQU5qldZ659j6QqN/X9i8RHG6fFS0P9cHmXuU6p8habH7PL"
    "hBHvgvyMTs1g1seJdtIH9QVkNpVRnJ9w5YZSRuv5+coam9cNyV3Z6+0GPTTwlqPTHHA1wM"
    "Yo5hvKULPoqhTYMB/TrEGAbUQxfGQgQDCXN9+Gtg9xG8HHjC+orEiRhVHk8pyxDLYBlpX7"
    "211pXBMgcxzTvMJRBtWmuVTCC2cDd/JMdtiwqbVZRPuoEi71TalGjV5jjOKWdZ5FkW6Loy"
    "Octbm2X8hA0Qs2Fm5gAXvMQgMYbI4E7ra6vdaXFkx39tBuv0+jdKn7WqHZiU/iWyHR1eFv"
    "pUE17ZebDuuxHOhRXhve9+6fa+dVkrv5dzd/COMOUKBPteD+imA9Ekv81Iy6C2gwoPKXFa"
    "l2Sr0QrfXFUIPCFqyZIyUZ76rd1NlpURBIb/uLB0TwApBD7oauaB7+MIUaG4n9lCm/r3Wb"
    "P6lD+4iCsbflEBfmRxOpaO5tjQfw7TNxmEPjYcl6I5vwDQj50hfIDskJ+tPOU1iaMwRskc"
    "qAiLRMXrdDnf/qWcyYSRbZsxFDuwqVQx1ZOcdQo/emNjfcoYK0xBnE9OQOUJYAq5krsa45"
    "MTUHkCDiCpqXendC+RPSfWg9VXBkr/K4vUAd1HnCcWqHPd6Q3a3U+XPGwbZohhOx/vuzeM"
    "amExc5dRMUzupt9iiE9YrE0MzEfGA1QxhvYOspXxALWdZkGQgTvuBTeyQvO8nmZuUN6Kpk"
    "A1KH6DMHPSvQsNEbXZ+7uB+w77tUWCuxf9eyXbPFiuiTD17ltkFCYMA1s526SzykVt6Smy"
    "npQQ7qoMkTvAvVKqxIObZpGhPVEmtQS2hzWN32tfTqJxrlcI9eXznv2DS58M16B22ZpncS"
    "4p0vgqnfHlVgEbSnJKdGi/ghmEE/02jwEOAH/7rHRuLhGDzB8snkXXv/XgNpZC58w44tZX"
    "/n7f7isDldUbYvW4HfLnwosm5K7Ig3XX710rAw+omzs2Kz3BOe9abRid4cEP1o1y3Wl3GW"
    "6nE41V1YK21lWre9PjjXiELd3mrX2FIXzqzb1y6Tt2rGp20M4f4jX7b8ep75RYlzonsX4P"
    "VQzwQp/nY6vdWXWoY2zw5MCb9uDufsjf1HDnC8raOr3B8BKZtldSefe4IrjO2YX51u68EY"
    "46bbobi69hi5qAYVq2qFKST+TPveK2uvnKSgYHcjJNsvWSjjHVrXrVcaFYpuOcUKbjdOnU"
    "GWzEeFIud2nFUsOVfF5Iyuc5Uj5PS9mdgsucXefnyrZNgq1sUcf4EsIeAeMeSjvPqO31Oj"
    "FQ46qdrEB7f3ulwBrnsgcig66xfDlyvEbi61d2nKuGi3vzpWl50FvpCtdxrhoKeitlrrnU"
    "Ssb3RnnqKeet3BvJxVY5GyOLu04W9RvDGL43CALWS+0ySb76xbdfFFn8F+uX/kVq4fuOrk"
    "Owu66o+8vARmoQgSXfKBot9GB9an9lWWbcSniwendKvzXs9XlsEvwM7zPfvd8/tU3dVR3b"
    "npU0NuOM0tosbm2CTF1SrZRaglWm3Yp8kokpKPY5LVNlMspSJxNgg0lrRpUIgAib/GZE/m"
    "YCSL3CHCdY5TyLPM/+aYsYOXP7eoKeiiRNyTct3I+2Q4yJ9YUsU0Z5QqTpNNG9lOuqdfV8"
    "MNDDaM3EUgQBeHctsK4+rPN++xqU0C5jdJUnwl9+TaCu1918OVpXJSHlizG7PYugmf1E/D"
    "qWnB+8G1bxckQ0VvYeOgzqVdaPV9FnObXc6eGlKCm4Celg3c0Pn1nfMhoY5onA+yM4upS1"
    "LoUK5JWhf5uNU5NH+pu+JUnG78j4HTHjdyx73crM/tQDepEXo0inaTLJpIq22ju/FCx/Sh"
    "y2vVSY6RSzxCBEnuuYS1DU4IwxSZMzH4VYZYm+EoRYpaTup1hfBCFiy0ooDKLPbaFGBvzg"
    "9zTzkAdnRVMIc/DomffPUnE9qfwM/r/Nff+xbZr2s3dTBsJj6sMB/LoLRu8ZbNlww0ZGDm"
    "7nWN0oy0qOzbFD2cCM45GwUmOYBonGLiEuu/8DOQa7JZDfJcjv6fDeJ3J7h8fwYLEOdj8h"
    "eywfiRU1s9mVIUAA7XgC66g85hG5BFfCHkLBHtK0PAhzQ+YvH8Q0SxBzoyCmNNI3LtKIJZ"
    "CS6VpoOM4k0eHDRIcZ8gs7pIeR8jQ1hoWGUGuIsQ7ur68VhYOs7kLTCOEoawCvesa0GLip"
    "zDwXIGRbZp5vO/N87thPhk6yi1bk1HuPs8kcyQI5kmx3W3uBbraYIywCx77vWsiCFM5rEc"
    "fQpo0MQMzvaeYBYnhF8xIgtl7eGy5Jtz4zKeurz1Bs/vp7HZQjvKW3HsFZG2mx/pNfH2pR"
    "B+11cn5exFA7P19vqbG+hKk2n5eRsE9eQ+luRW3511OnJfzLoNddY4KtWJKglKFR9F/EgI"
    "09lHaOcJkwYkhUINN3t61fk+K+7vSukv44G+Bq18rsr/8Hr85jKw=="
)
