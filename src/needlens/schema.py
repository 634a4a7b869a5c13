"""The words of a study: column names of every table, in one place.

Every table is long and keyed by these names; a file that reads or writes a table takes them from here.
"""

from __future__ import annotations

from typing import Final

SCHEMA_VERSION: Final = 1
"""Version of the study folder's layout; raised when an older reader could misread a newer folder."""

VERBATIM_ID: Final = "verbatim_id"
RESPONDENT_ID: Final = "respondent_id"
REASON_ID: Final = "reason_id"
THEME_ID: Final = "theme_id"
PARENT_ID: Final = "parent_id"
TEXT: Final = "text"

VERBATIM_COLUMNS: Final = (VERBATIM_ID, RESPONDENT_ID, TEXT)
"""First columns of ``verbatims``; segment, rating and date columns follow under their own names."""

REASON_COLUMNS: Final = (
    REASON_ID,
    VERBATIM_ID,
    RESPONDENT_ID,
    "start",
    "end",
    TEXT,
    "informative",
)
"""Columns of ``reasons``; ``[start, end)`` are character positions in the verbatim's text."""

ASSIGNMENT_COLUMNS: Final = (
    REASON_ID,
    VERBATIM_ID,
    RESPONDENT_ID,
    "scale",
    THEME_ID,
    "strength",
)
"""Columns of ``assignments``: one row a reason and scale; ``theme_id`` is null where there is no theme."""

MEMBERSHIP_COLUMNS: Final = (
    REASON_ID,
    VERBATIM_ID,
    RESPONDENT_ID,
    "scale",
    THEME_ID,
    "strength",
    "own",
)
"""Columns of ``memberships``: one row a reason, scale and theme it touches; it counts in its ``own``."""

THEME_COLUMNS: Final = (
    THEME_ID,
    "scale",
    PARENT_ID,
    "label",
    "keywords",
    "exemplar_reason_ids",
    "n_reasons",
    "n_respondents",
    "prevalence",
    "low",
    "high",
    "stability",
    "description",
)
"""Columns of ``themes``; scale 0 is the finest, ``parent_id`` names the theme one scale up."""

LEVELS: Final = ("attribute", "functional", "psychosocial", "value")
"""The levels of a ladder, lowest first: attribute, functional and psychosocial consequence, value."""

UNSURE: Final = "unsure"
"""Where no level is likely enough."""

GRADES: Final = ("E3", "E2", "E1", "E0")
"""What a link rests on: a connective in a sentence, one across sentences or a weaker one, adjacency, a model;
strongest first."""

ELEMENT_ID: Final = "element_id"
CODE: Final = "code"

NEED_TABLES: Final = ("needs", "need_themes", "need_theme_members", "need_prevalence", "need_statements")
"""Tables that the needs of a laddered study add to its folder, each as Parquet with a CSV twin."""

LADDER_TABLES: Final = (
    "levels",
    "elements",
    "links",
    "rejected_links",
    "codes",
    "ladders",
    "ladder_depths",
    "implications",
    "code_indices",
    "cutoffs",
    "value_map_nodes",
    "value_map_edges",
    "chains",
    *NEED_TABLES,
)
"""Tables that laddering adds to a study folder, each as Parquet with a CSV twin."""
