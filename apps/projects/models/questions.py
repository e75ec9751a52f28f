"""What a call asks beside the usual application, and what applicants answer."""

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.sealing import seal, unseal
from apps.projects.models.calls import Call
from apps.projects.models.projects import Project


class Question(models.Model):
    """One question of a call, fixed when the call is published. `limit` is the most characters of a text or the
    largest number; answers are published only where the call says so beforehand."""

    class Kind(models.TextChoices):
        TEXT = "text", gettext_lazy("文字")
        CHOICE = "choice", gettext_lazy("选一项")
        NUMBER = "number", gettext_lazy("数字")
        YES_NO = "yes_no", gettext_lazy("是或否")

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="questions")
    number = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=200)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    is_required = models.BooleanField(default=False)
    limit = models.PositiveIntegerField(default=0)
    choices = models.JSONField(default=list)
    is_public = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "number"], name="question_once")]

    def __str__(self) -> str:
        return self.words


class Answer(models.Model):
    """What an application says to one question: open where it will be published, sealed where it will not, because it
    may then ask for names and telephone numbers. `code` is the project's with the question's number."""

    code = models.CharField(max_length=24, unique=True)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers")
    words = models.TextField(blank=True)
    words_sealed = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "question"], name="answer_once")]

    def write(self, text: str) -> None:
        """Put the answer down, open or sealed as its question says."""
        if self.question.is_public:
            self.words = text
        else:
            self.words_sealed = seal(text, context=f"answer:{self.code}:words")

    @property
    def text(self) -> str:
        """The answer as it is kept. Raises ValueError when no present key opens it."""
        return self.words or unseal(self.words_sealed, context=f"answer:{self.code}:words")

    @property
    def shown(self) -> str:
        """The answer as people read it."""
        if self.question.kind == Question.Kind.YES_NO:
            return _("是") if self.text == "yes" else _("否")
        return self.text
