"""One interface to word-prefix search: FTS5 on SQLite, tsvector with GIN on PostgreSQL.

The database keeps the index itself (triggers, a generated column), so no writer can forget it.
"""

from typing import TypeVar

from django.db import connections, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.expressions import RawSQL

from tieback.search.text import query_words

T = TypeVar("T", bound=models.Model)


def sqlite_statements(table: str) -> list[str]:
    """An FTS5 index over `search_text`, kept in step by triggers."""
    fts = f"{table}_fts"
    gone = (
        f"INSERT INTO {fts}({fts}, rowid, search_text) VALUES ('delete', old.id, old.search_text)"
    )
    come = f"INSERT INTO {fts}(rowid, search_text) VALUES (new.id, new.search_text)"
    return [
        f"""CREATE VIRTUAL TABLE {fts} USING fts5(search_text, content='{table}',
            content_rowid='id', prefix='1 2 3', tokenize='unicode61 remove_diacritics 2',
            detail='none')""",
        f"CREATE TRIGGER {fts}_insert AFTER INSERT ON {table} BEGIN {come}; END",
        f"CREATE TRIGGER {fts}_delete AFTER DELETE ON {table} BEGIN {gone}; END",
        f"""CREATE TRIGGER {fts}_update AFTER UPDATE OF search_text ON {table}
            WHEN old.search_text <> new.search_text BEGIN {gone}; {come}; END""",
    ]


def postgresql_statements(table: str) -> list[str]:
    """A generated tsvector beside the row, and a GIN index on it."""
    return [
        f"""ALTER TABLE {table} ADD COLUMN search_vector tsvector
            GENERATED ALWAYS AS (to_tsvector('simple', search_text)) STORED""",
        f"CREATE INDEX {table}_search ON {table} USING gin (search_vector)",
    ]


def install(editor: BaseDatabaseSchemaEditor, table: str) -> None:
    """Create the index of `table` in a migration."""
    is_sqlite = editor.connection.vendor == "sqlite"
    for statement in sqlite_statements(table) if is_sqlite else postgresql_statements(table):
        editor.execute(statement)


def _matching_ids(table: str, company_id: int, words: list[str], *, on_sqlite: bool) -> RawSQL:
    if on_sqlite:
        match = " AND ".join(f'"{word}"*' for word in words)
        sql = (
            # CROSS keeps SQLite from walking the table and asking the index for each row of it.
            f"SELECT f.rowid FROM {table}_fts f CROSS JOIN {table} t ON t.id = f.rowid"
            f" WHERE f.{table}_fts MATCH %s AND t.company_id = %s"
        )
    else:
        match = " & ".join(f"'{word}':*" for word in words)
        sql = (
            f"SELECT id FROM {table}"
            " WHERE search_vector @@ to_tsquery('simple', %s) AND company_id = %s"
        )
    return RawSQL(sql, (match, company_id))


def matching(
    records: "models.QuerySet[T]", query: str, *, company_id: int, at_most: int | None = None
) -> "models.QuerySet[T]":
    """`records` of the company that hold, for each word typed, a word that begins with it.

    With `at_most`, looks at no more hits than that; a query without any word finds everything.
    """
    typed = query_words(query)
    if not typed:
        return records
    ids = _matching_ids(
        records.model._meta.db_table,
        company_id,
        typed,
        on_sqlite=connections[records.db].vendor == "sqlite",
    )
    if at_most is not None:
        ids.sql += f" LIMIT {int(at_most)}"
    return records.filter(pk__in=ids)
