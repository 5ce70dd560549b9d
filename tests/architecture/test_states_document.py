from tests.architecture.states_document import PATH, document


def test_docs_states_is_what_the_tables_say() -> None:
    assert PATH.read_text() == document(), "Run `make docs`."
