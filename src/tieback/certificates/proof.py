"""Prove a certificate: by itself, and by the audit trail that it speaks of.

By itself a document shows only that it was not changed since its digest was written: whoever
changes both is not found out. The trail does that: it holds the digest, and everything counted.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tieback.audit.chain import seal
from tieback.audit.models import AuditEvent
from tieback.certificates.canonical import (
    CertificateError,
    Document,
    Paper,
    moment,
    together_hash,
)

_VERDICTS = {"right": "right", "wrong": "wrong", "unsure": "cannot_say"}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at, whether it holds, and what was seen."""

    name: str
    holds: bool
    says: str


def by_itself(paper: Paper) -> Check:
    """Whether the document is the one that its digest was written for."""
    if paper.claimed == paper.digest:
        return Check("Digest", True, f"The document has the digest that it states, {paper.digest}.")
    return Check(
        "Digest",
        False,
        f"The document was changed: it has the digest {paper.digest}, and states {paper.claimed}.",
    )


def by_trail(paper: Paper, events: Iterable[AuditEvent]) -> list[Check]:
    """Whether the trail holds all that the certificate says of it.

    `events` are those of its company from the first on, in order, from a database or an export.
    Raises `CertificateError` for a document that lacks what every certificate has.
    """
    try:
        walk = _Walk(paper)
        for event in events:
            walk.meet(event)
        return walk.checks()
    except (KeyError, TypeError, AttributeError, ValueError) as problem:
        raise CertificateError(
            f"The document lacks what every certificate has ({problem}).",
            mend="Use the file as it was downloaded.",
        ) from problem


@dataclass(slots=True)
class _Walk:
    """One walk along the chain, and what was met on it."""

    paper: Paper
    breaks: list[str] = field(default_factory=list)
    seq: int = 0
    previous: str = ""
    head_hash: str = ""
    issued: AuditEvent | None = None
    actions: Counter[str] = field(default_factory=Counter)
    batches: list[tuple[str, int, str, str]] = field(default_factory=list)
    approvals: dict[int, tuple[str, str]] = field(default_factory=dict)
    draws: dict[int, tuple[int, int, str]] = field(default_factory=dict)
    verdicts: dict[int, dict[str, str]] = field(default_factory=dict)

    @property
    def document(self) -> Document:
        return self.paper.document

    def meet(self, event: AuditEvent) -> None:
        self._prove(event)
        if event.seq <= self.document["trail"]["seq"]:
            self.actions[event.action] += 1
            self._keep(event)
        elif event.action == "certificate.issue" and event.after.get("digest") == self.paper.digest:
            self.issued = event

    def _prove(self, event: AuditEvent) -> None:
        if event.company_id != self.document["company"]["id"]:
            self.breaks.append(f"event {event.seq:,} is another company's")
        elif event.seq != self.seq + 1:
            self.breaks.append(f"event {self.seq + 1:,} is missing")
        elif event.previous_hash != self.previous:
            self.breaks.append(f"event {event.seq:,} does not follow from the one before it")
        elif seal(event) != event.hash:
            self.breaks.append(f"event {event.seq:,} was changed after it was written")
        self.seq, self.previous = event.seq, event.hash
        if event.seq == self.document["trail"]["seq"]:
            self.head_hash = event.hash

    def _keep(self, event: AuditEvent) -> None:
        """Remember what the certificate counts; of a forged event nothing has to be as usual."""
        after, at = event.after, moment(event.at)
        if event.action == "batch.apply" and at >= self.document["since"]:
            found = (str(after.get("content_hash")), int(after.get("rows") or 0))
            self.batches.append((*found, event.actor_name, at))
        elif event.action == "plan.approve" and event.target_id.isdigit():
            self.approvals[int(event.target_id)] = (event.actor_name, at)
        elif event.action == "sample.draw":
            drawn = (int(after.get("of") or 0), int(after.get("rows") or 0), str(after.get("seed")))
            self.draws[int(after.get("sample") or 0)] = drawn
        elif event.action == "sample.judge":
            said = self.verdicts.setdefault(int(after.get("sample") or 0), {})
            said[event.target_id] = str(after.get("verdict"))

    def checks(self) -> list[Check]:
        return [
            self._chain(),
            self._head(),
            self._issue(),
            self._counted(),
            self._plans(),
            self._singles(),
            self._samples(),
        ]

    def _chain(self) -> Check:
        if not self.breaks:
            return Check("Chain", True, f"All {self.seq:,} events follow from each other.")
        more = f", and {len(self.breaks) - 1:,} more" if len(self.breaks) > 1 else ""
        return Check("Chain", False, f"It is broken: {self.breaks[0]}{more}.")

    def _head(self) -> Check:
        seq, said = self.document["trail"]["seq"], self.document["trail"]["hash"]
        if self.head_hash and self.head_hash == said:
            return Check("Head", True, f"Event {seq:,} has the hash that the certificate states.")
        seen = f"has the hash {self.head_hash}" if self.head_hash else "is not there"
        return Check("Head", False, f"Event {seq:,} {seen}; the certificate states {said}.")

    def _issue(self) -> Check:
        if self.issued:
            who, at = self.issued.actor_name, moment(self.issued.at)
            return Check("Issue", True, f"Event {self.issued.seq:,}: {who} issued it at {at}.")
        return Check("Issue", False, "The trail knows of no certificate with this digest.")

    def _counted(self) -> Check:
        said: dict[str, int] = self.document["trail"]["actions"]
        differing = sorted(
            name
            for name in {*said, *self.actions}
            if said.get(name, 0) != self.actions.get(name, 0)
        )
        if not differing:
            total = sum(said.values())
            return Check("Counts", True, f"Its {total:,} events are of the kinds that it counts.")
        name = differing[0]
        return Check(
            "Counts",
            False,
            f"It counts {said.get(name, 0):,} times {name}, the trail {self.actions[name]:,} "
            f"times; {len(differing)} kinds differ.",
        )

    def _plans(self) -> Check:
        said = [_as_applied(plan) for plan in self.document["plans"]]
        seen = sorted(batch for batch in self.batches if batch[1] > 1)
        approved = all(
            self.approvals.get(plan["plan"]) == (plan["approved_by"], plan["approved_at"])
            for plan in self.document["plans"]
            if plan["approved_by"]
        )
        if sorted(said) == seen and approved:
            return Check("Plans", True, f"{len(seen):,}, each applied as it says, by whom it says.")
        missing = len([one for one in said if one not in seen])
        hidden = len([one for one in seen if one not in said])
        return Check(
            "Plans",
            False,
            f"{missing:,} of its plans were not applied so, {hidden:,} that were are left out"
            f"{'' if approved else ', and an approval is not in the trail'}.",
        )

    def _singles(self) -> Check:
        said = self.document["single_decisions"]
        ones = [batch for batch in self.batches if batch[1] == 1]
        people = dict(Counter(name for _, _, name, _ in ones))
        together = together_hash(content_hash for content_hash, *_ in ones)
        holds = (len(ones), people, together) == (
            said["count"],
            said["by_person"],
            said["content_hashes"],
        )
        if holds:
            return Check("Single decisions", True, f"{len(ones):,}, all of them in the trail.")
        return Check(
            "Single decisions",
            False,
            f"It says {said['count']:,}; the trail has {len(ones):,}, or others than those.",
        )

    def _samples(self) -> Check:
        wrong = [one["sample"] for one in self.document["samples"] if not self._is_so(one)]
        if not wrong:
            number = len(self.document["samples"])
            return Check("Samples", True, f"{number:,}, drawn and judged as it says.")
        return Check("Samples", False, f"Sample {wrong[0]} is otherwise in the trail.")

    def _is_so(self, sample: dict[str, Any]) -> bool:
        said = (sample["population"], sample["drawn"], sample["seed"])
        judged = Counter(self.verdicts.get(sample["sample"], {}).values())
        return self.draws.get(sample["sample"]) == said and all(
            judged[verdict] == sample[word] for verdict, word in _VERDICTS.items()
        )


def _as_applied(plan: dict[str, Any]) -> tuple[str, int, str, str]:
    return plan["content_hash"], plan["rows"], plan["applied_by"], plan["applied_at"]
