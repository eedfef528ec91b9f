"""From stored evidence to verdicts and credit, in two stages; all opinions are elsewhere (ingest.judge).

due says what to judge, reading measures it, first judges each terminal by itself and hands over what changed,
settle judges what crosses terminals and brings outcomes, days and the ledger up to date, run does it all.
"""
