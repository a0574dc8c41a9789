"""The shipped duties in the words of this agreement: the parties are called by the file's labels (fact 1)."""

from collections.abc import Mapping
from dataclasses import replace

from agent.agreement.terms import shipped
from agent.model import Agreement, Party, PartyTerms, Term
from agent.rules import party_names


def agreement(read: Agreement, parties: Mapping[Party, PartyTerms]) -> Agreement:
    """The agreement with its duties named so; what the parties named themselves stays as they wrote it."""
    names = party_names.called({party.value: each.label for party, each in parties.items()}, "zh")
    terms = {name: _named(term, names) if name in shipped() else term for name, term in read.terms.items()}
    return replace(read, terms=terms)


def _named(term: Term, names: Mapping[str, str]) -> Term:
    said = term.duty.get("zh", "")
    told = party_names.in_text(said, names)
    return term if told == said else replace(term, duty={**term.duty, "zh": told})
