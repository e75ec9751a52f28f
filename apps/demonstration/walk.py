"""One project's way, from a resident's sentence to the residents' ratings, laid on the timeline."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from apps.core import clock
from apps.demonstration.deciding import study
from apps.demonstration.doing import go_through, keep_records, read_occasions
from apps.demonstration.people import Cast
from apps.demonstration.pictures import photograph
from apps.demonstration.places import Places
from apps.demonstration.plan import ProjectPlan
from apps.demonstration.timeline import Timeline
from apps.funds.models import Fund
from apps.governance.models import Ballot, Motion
from apps.governance.services import cast as cast_ballot
from apps.governance.services import open_voting, recuse
from apps.grants.models import Instalment, Payment, SurplusReturn
from apps.grants.services import (
    accept,
    check_account,
    hand_in_account,
    issue_codes,
    judge_words,
    prepare_payment,
    print_cards,
    publish_need,
    release_payment,
    return_money,
    table_project,
)
from apps.projects.models import Evidence, Ground, Need, Project
from apps.projects.queries import words_to_read
from apps.projects.services import apply, file_evidence, rate, submit, voice_need
from apps.users.models import User

# Days from the first sentence to each step; votes are open for four days, notice takes seven.
APPLY, SUBMIT, OPEN, CLOSE, PAY = 1, 2, 3, 7, 15
CLOSING_HOUR = 18
RATING_DAYS, ACCEPT_AFTER = 6, 8
# Projects whose final account waits for finance, and for the implementer.
TO_CHECK, NO_ACCOUNT_YET = {"patrol"}, {"relief"}
# The project whose rating codes were handed out on printed cards.
ON_CARDS = "outing"
WORDS = ("很好", "准时，热乎", "", "希望再办", "", "")
# By a project's key: which reply (from 0) tells of a neighbour who can be known, and its words; they are kept back.
TELLING = {"lunch": (76, "六单元的张婆婆摔了一跤，是送饭的人发现的")}


class Walk:
    """Lays the steps of one project plan, as far as the plan reaches."""

    def __init__(self, plan: ProjectPlan, *, places: Places, cast: Cast, timeline: Timeline) -> None:
        self.plan = plan
        self.cast = cast
        self.timeline = timeline
        self.fund = places.by_name[plan.community]
        self.partners = [(places.by_name[name], part) for name, part in plan.partners]
        self.secretary = cast.seats[self.fund.code]["secretary"][0]
        self.implementer = cast.implementers[plan.organisation]
        self.begin = timeline.ago(plan.started_days_ago)
        self.project: Project

    def lay(self) -> None:
        """Lay the first step; each step lays the next."""
        self.timeline.at(self.begin, self.voice)

    def after(self, days: float) -> datetime:
        """Return the moment `days` after the beginning."""
        return self.begin + timedelta(days=days)

    def voice(self) -> None:
        """A resident says what is needed, and the secretary publishes it."""
        need = voice_need(self.fund.division, field=self.plan.field, words=self.plan.need)
        publish_need(need, by=self.secretary)
        self.timeline.at(self.after(APPLY), lambda: self.apply(need))

    def apply(self, need: Need) -> None:
        """The implementer writes the application, and hands it in unless the plan stays a draft."""
        start = clock.day_of(self.after(PAY))
        self.project = apply(
            self.fund,
            organisation=self.cast.organisations[self.plan.organisation],
            title=self.plan.title,
            field=self.plan.field,
            goal=self.plan.goal,
            starts_on=start,
            ends_on=start + timedelta(days=150),
            persons=self.plan.persons,
            person_times=self.plan.person_times,
            budget=self.plan.lines,
            parts=self.plan.parts,
            need=need,
            partners=self.partners,
            milestones=[
                (words, start + timedelta(days=days), bp) for words, days, bp in self.plan.milestones
            ],
            first_bp=self.plan.first_bp,
            by=self.implementer,
        )
        if self.plan.reaches != "draft":
            self.timeline.at(self.after(SUBMIT), self.submit)

    def submit(self) -> None:
        """The application is handed in."""
        self.project = submit(self.project, by=self.implementer)
        if self.plan.reaches != "submitted":
            self.timeline.at(self.after(OPEN), self.open)

    def open(self) -> None:
        """The secretary of each fund that is to pay tables the project, and its chair opens the vote on its part."""
        plan = self.plan
        self.open_before(
            self.fund,
            recused=plan.recused,
            against=[Ballot.Choice.NO] * plan.no_votes + [Ballot.Choice.ABSTAIN] * plan.abstentions,
        )
        for fund, _part in self.partners:
            self.open_before(fund)
        if plan.reaches not in {"open", "declined", "notice"}:
            self.timeline.at(self.after(PAY) + timedelta(hours=2), lambda: self.pay(1, PAY))
            self.timeline.at(self.after(self._evidence_day()), self.report)
        if plan.reaches in {"accepted", "closed"}:
            self.timeline.at(self.after(self._evidence_day() - 0.5), self.keep_records)

    def open_before(self, fund: Fund, *, recused: int = 0, against: Sequence[Ballot.Choice] = ()) -> None:
        """Open one committee's vote; those who are not against it say yes."""
        closes = clock.midnight(clock.day_of(self.after(CLOSE))) + timedelta(hours=CLOSING_HOUR)
        seats = self.cast.seats[fund.code]
        voters = list(seats["voters"])
        chair = voters[0]
        tabled = table_project(self.project, fund=fund, by=seats["secretary"][0])
        study(tabled, by=seats["secretary"][0])
        motion = open_voting(tabled, closes_at=closes, by=chair)
        for _turn in range(recused):
            member = voters.pop()
            seat = motion.roll.get(seat__user=member).seat
            recuse(motion, seat=seat, reason="亲属在承办单位工作", by=member)
        choices = [*against, *[Ballot.Choice.YES] * (len(voters) - len(against))]
        if self.plan.reaches == "open":
            # Half of the committee is still to vote, the listed sign-ins among them.
            voters = voters[3:]
        for number, (member, choice) in enumerate(zip(reversed(voters), choices, strict=False)):
            moment = self.after(OPEN + 0.3 * (number + 1))
            self.timeline.at(moment, partial(self.vote, motion, member, choice))

    def vote(self, motion: Motion, member: User, choice: Ballot.Choice) -> None:
        """One member votes."""
        cast_ballot(motion, choice=choice, subject_hash=motion.subject_hash, by=member)

    def pay(self, number: int, day: int) -> None:
        """One in finance prepares the payment of each fund that pays, the other releases it the next morning."""
        due = Instalment.objects.filter(grant__project=self.project, number=number)
        for instalment in due.order_by("pk"):
            payment = prepare_payment(instalment, by=self.cast.people["finance"])
            self.timeline.at(self.after(day + 1), partial(self.release, payment))

    def release(self, payment: Payment) -> None:
        """The bank has paid."""
        release_payment(
            payment,
            paid_on=clock.today(),
            bank_reference=f"NB{clock.today():%Y%m%d}{payment.pk:05d}",
            by=self.cast.people["finance2"],
        )

    def _evidence_day(self) -> int:
        if self.plan.reaches == "running":
            return self.plan.started_days_ago - 2
        return max(PAY + 20, min(self.plan.started_days_ago - 30, 160))

    def report(self) -> None:
        """The implementer files the closing report with drawings for photographs."""
        if self.plan.reaches == "paid":
            return
        self.project.refresh_from_db()
        evidence = file_evidence(
            self.project,
            words=self.plan.evidence_words,
            persons=self.plan.persons,
            person_times=self.plan.person_times,
            photos=[photograph(self.plan.scene), photograph("room")],
            is_final=self.plan.reaches != "running",
            milestone=2 if self.plan.milestones and self.plan.reaches == "running" else None,
            by=self.implementer,
        )
        day = self._evidence_day()
        if self.plan.reaches in {"accepted", "closed"}:
            self.timeline.at(self.after(day + 0.2), self.rate)
            self.timeline.at(self.after(day + ACCEPT_AFTER), lambda: self.accept(evidence))
        if self.plan.reaches == "closed":
            paid = day + ACCEPT_AFTER + 2
            self.timeline.at(self.after(paid), lambda: self.pay(2, paid))
            if self.plan.key not in NO_ACCOUNT_YET:
                self.timeline.at(self.after(paid + 2), self.account)

    def accept(self, evidence: Evidence) -> None:
        """The secretary accepts the report."""
        evidence = Evidence.objects.select_related("project").get(pk=evidence.pk)
        accept(evidence, **go_through(evidence), by=self.secretary)

    def account(self) -> None:
        """The implementer hands in the final account, finance checks it, and what is left comes back."""
        self.project.refresh_from_db()
        handed_in = hand_in_account(self.project, words="食材价格比预算略低。", by=self.implementer)
        if self.plan.key in TO_CHECK:
            return
        finance, second = self.cast.people["finance"], self.cast.people["finance2"]

        def check() -> None:
            """What is left comes back the same day: an organisation that owes money may not apply."""
            check_account(handed_in, by=finance)
            for row in SurplusReturn.objects.filter(account=handed_in).select_related("clawback__grant"):
                return_money(
                    row.clawback,
                    amount=row.clawback.asked,
                    received_on=clock.today(),
                    bank_reference=f"TH{clock.today():%Y%m%d}{row.pk:05d}",
                    by=second,
                )

        self.timeline.at(clock.now() + timedelta(days=1), check)

    def keep_records(self) -> None:
        """The implementer writes down what was spent and who came."""
        self.project.refresh_from_db()
        keep_records(self.project, person_times=self.plan.person_times, by=self.implementer)
        read_occasions(self.project, by=self.secretary)

    def rate(self) -> None:
        """Those who were served get one code each; some answer over the next days."""
        self.project.refresh_from_db()
        codes = issue_codes(self.project, count=len(self.plan.stars) + 8, by=self.secretary)
        if self.plan.key == ON_CARDS:
            print_cards(self.project, by=self.secretary)
        told_by, telling = TELLING.get(self.plan.key, (None, ""))
        for number, stars in enumerate(self.plan.stars):
            moment = clock.now() + timedelta(days=RATING_DAYS * number / len(self.plan.stars), minutes=number)
            words = telling if number == told_by else WORDS[number % len(WORDS)]
            self.timeline.at(moment, partial(rate, codes[number], stars=stars, words=words))
        self.timeline.at(clock.now() + timedelta(days=RATING_DAYS + 1), self.read_words)

    def read_words(self) -> None:
        """The secretary reads what was written with the ratings, and makes public what tells of no neighbour."""
        for reply in words_to_read(Project.objects.filter(pk=self.project.pk)):
            tells = reply.words == TELLING.get(self.plan.key, (None, ""))[1]
            judge_words(reply, ground=Ground.PERSON if tells else "", by=self.secretary)
