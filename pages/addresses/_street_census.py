"""The Census Bureau's geocoder: off until a person agrees to one job, and says who they are."""

import pandas as pd
import streamlit as st

from boundaries import addresses
from boundaries.placing import SendAddresses
from geo.geocoding import remote, street_tier
from pages.frame import _job, _kept
from pages.frame._words import plain

_JOB = "census"


def draw(source: str, table: pd.DataFrame) -> None:
    """Draw the closed panel; nothing leaves before its button is pressed."""
    if _job.draw(_JOB):
        return
    asked = addresses.to_send(table)
    if not len(asked):
        return
    box = st.expander("Ask the Census Bureau about what was not found", icon=":material/public:")
    with box:
        st.markdown(f":orange[:material/warning:] {plain(remote.what_leaves(asked))}")
        st.dataframe(remote.what_is_sent(asked), hide_index=True, height=200)
        by = st.text_input(
            "Your name or number, for the record of what was sent", max_chars=80, key="census by"
        )
        agreed = st.checkbox(
            "My agency allows these addresses to leave this machine, for this job",
            key=f"census agreed {source} {len(asked)}",
        )
        if st.button(
            "Send them", icon=":material/send:", disabled=not agreed or not by.strip(),
            key="census send",
        ):  # fmt: skip
            consent = remote.agree(asked, street_tier.kept_answers(), by)
            _job.start(_JOB, SendAddresses(_kept.folder(), source, consent), _told)


def _told(answers: dict[str, int]) -> str:
    said = ", ".join(f"{count:,} {status.lower()}" for status, count in answers.items() if count)
    return f"Answers: {said or 'none'}. Place the source again to let them count."
