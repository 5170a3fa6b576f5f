"""The nouns of the workbench as frozen dataclasses; the words are those of the code, the tables and the screens.

Times are UTC ISO-8601 strings with milliseconds. `id` fields are row ids of the workspace database.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Role = Literal["system", "user", "assistant", "text"]
FinishReason = Literal["stop", "length"]
Lane = Literal["heavy", "light"]
LANES: tuple[Lane, ...] = ("heavy", "light")
JobState = Literal["queued", "running", "done", "failed", "cancelled", "lost"]
ENDED: tuple[JobState, ...] = ("done", "failed", "cancelled", "lost")
Mode = Literal["ratings", "pairs", "ties"]
RaterKind = Literal["human", "model", "imported"]
PEOPLE: tuple[RaterKind, ...] = ("human",)  # who counts unless others are asked for
Outcome = Literal["left", "right", "tie", "both_bad"]
OUTCOMES: tuple[Outcome, ...] = ("left", "right", "tie", "both_bad")  # under the keys 1 to 4


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation; a lone message with the role `text` is continued as it stands, without a template."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is asked: a conversation that ends with a user's turn.

    `evaluation_only` prompts are never exported to training data, so that a later comparison
    is made on prompts nobody trained on.
    """

    id: int
    messages: tuple[Message, ...]
    evaluation_only: bool = False

    @property
    def text(self) -> str:
        """The last user's turn: what a rater reads first."""
        return self.messages[-1].content


@dataclass(frozen=True, slots=True)
class Decoding:
    """How a completion is drawn. temperature 0 is greedy; top_p in (0, 1]; max_new_tokens >= 1.

    The text ends before the first of the `stop` sequences, which is no part of it.
    """

    max_new_tokens: int = 128
    temperature: float = 0.8
    top_p: float = 0.95
    stop: tuple[str, ...] = ()

    @property
    def greedy(self) -> bool:
        return self.temperature == 0


@dataclass(frozen=True, slots=True)
class GenerationRequest:
    """One answer to draw. `seed` fixes the draw of this row alone, whatever its batch (0 .. 2**63-1)."""

    messages: tuple[Message, ...]
    seed: int


Tokens = tuple[tuple[str, float], ...]
"""The tokens of a text in their order: (text, log-probability in nats)."""


@dataclass(frozen=True, slots=True)
class Generated:
    """A drawn answer. `tokens` counts the generated ones, the end-of-turn token not among them.

    What a server counts may include it; 0 with a text means that nobody counted. `drawn` are the generated ones, those
    of a stop sequence among them, each with what the model gave it at temperature 1; empty where an engine does not
    tell them.
    """

    text: str
    tokens: int
    finish_reason: FinishReason
    drawn: Tokens = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class LogLikelihood:
    """Sum of log-probabilities of a continuation in nats (<= 0), and whether greedy decoding gives it.

    `tokens` make up the sum; empty where an engine does not tell them.
    """

    logprob: float
    is_greedy: bool
    tokens: Tokens = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Completion:
    """A model's free answer to a prompt, kept for rating. `sample` counts the answers to one prompt from 0.

    Of an imported answer `decoding` is None, `tokens` and `seed` are 0 and `dtype` is unknown: nobody here drew it.
    """

    id: int
    prompt_id: int
    model_id: int
    text: str
    finish_reason: FinishReason
    tokens: int
    sample: int
    seed: int
    decoding: Decoding | None
    dtype: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """One scale of a rubric: for each point 1..5 a sentence that anchors it and an example answer to `prompt`."""

    name: str
    question: str
    prompt: str
    anchors: tuple[str, ...]
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rubric:
    """What a rater judges; `hash` is over its words, so that a changed word is a new version."""

    name: str
    title: str
    criteria: tuple[Criterion, ...]
    hash: str

    def criterion(self, name: str) -> Criterion:
        return next(criterion for criterion in self.criteria if criterion.name == name)


@dataclass(frozen=True, slots=True)
class Model:
    """A row of the catalog. `path` is None until its weights are on this machine.

    `parent_id` and `job_id` (None for a model that came from outside) are its lineage;
    `details` holds what made it: spec, data fingerprints, rating events, versions, seed.
    """

    id: int
    name: str
    reference: str
    kind: str
    path: str | None
    weights_hash: str | None
    parent_id: int | None = None
    job_id: int | None = None
    details: dict[str, Any] = field(default_factory=dict)
    created_at: str = ""


@dataclass(frozen=True, slots=True)
class DataSet:
    """A content-addressed file of rows: `layout` names its columns' meaning, `fingerprint` is the SHA-256."""

    id: int
    name: str
    layout: str
    rows: int
    fingerprint: str
    path: str
    source: str
    card: dict[str, Any] = field(default_factory=dict)
    created_at: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """One unit of queued work. `total` 0: its size is not known yet; `pace`: done a second, None while unknown.

    `cancel_requested` counts how often it was asked to stop: the rung of the cancel ladder; -1: it shall end well now.
    `after_job`: the job that has to be done before this one starts; `rank`: the lowest of a lane runs first, then
    the oldest.
    """

    id: int
    kind: str
    lane: Lane
    state: JobState
    name: str
    spec: str
    spec_hash: str
    done: int
    total: int
    message: str
    pace: float | None
    error: str | None
    result: dict[str, Any]
    plan: dict[str, Any]
    attempts: int
    cancel_requested: int
    pid: int | None
    pid_started: float | None
    host: str | None
    created_at: str
    started_at: str | None
    finished_at: str | None
    heartbeat_at: str | None
    after_job: int | None = None
    rank: int = 0

    @property
    def ended(self) -> bool:
        return self.state in ENDED


@dataclass(frozen=True, slots=True)
class Rater:
    """Someone, or something, that judges; `kind` is human, model or imported."""

    id: int
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Judgment:
    """One event of a rater. Its `uuid` is made before it is written, so that a retry cannot double it.

    `value` is 1..5 for a score, the digit of a key that came too fast, and None otherwise; `text` is that of a
    note, an imported score as its file gave it, or what a model that judges gave back (JSON, see jobs.judge);
    `undoes` is the uuid of the event that an undo takes back; `position` is the place (from 0) at which the answer was
    shown. Of a pair, `completion_id` is the answer shown left and `other_id` the one shown right (None where one
    answer is rated); `outcome` is what a comparison says (None for every other kind). `milliseconds` is the time of
    attention from the paint of the text to the key: a stretch without any key counts up to
    `rating.attention.IDLE_SECONDS` and no longer. `id`, `seq` (counts the events of a session from 1 without a gap)
    and `created_at` are 0 and empty until the event is appended.
    """

    uuid: str
    session: str
    kind: str
    rater_id: int
    item_id: int
    completion_id: int | None
    rubric_id: int
    criterion: str | None
    value: int | None
    text: str | None
    undoes: str | None
    position: int | None
    shown_at: str
    milliseconds: int
    other_id: int | None = None
    outcome: Outcome | None = None
    id: int = 0
    seq: int = 0
    created_at: str = ""


@dataclass(frozen=True, slots=True)
class BatchSettings:
    """How a batch is judged. Shares are 0..1 of its items.

    `ratings`: each answer on every criterion; `pairs`: two answers, one key; `ties`: the same for answers whose
    ratings were close. `overlap` of the items go to `overlap_raters` raters, the others to one (None: every
    item to every rater). `repeats` of them are shown again, later and unsaid; `gold` is how many known answers
    are mixed in. `adjudicates` is the batch whose disagreements are settled: the rater sees what others gave.
    `hand_picked`: its answers were picked because they looked wrong, so they are in no mean of their model.
    """

    mode: Mode = "ratings"
    overlap: float = 1.0
    overlap_raters: int | None = None
    repeats: float = 0.0
    gold: float = 0.0
    adjudicates: int | None = None
    hand_picked: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """A set of answers to be judged on one rubric; `seed` fixes every order drawn for it. See BatchSettings."""

    id: int
    name: str
    rubric_id: int
    seed: int
    job_id: int | None
    created_at: str
    mode: Mode = "ratings"
    overlap: float = 1.0
    overlap_raters: int | None = None
    repeats: float = 0.0
    gold: float = 0.0
    adjudicates: int | None = None
    hand_picked: bool = False

    @property
    def compares(self) -> bool:
        """Whether two answers are compared, rather than each one rated."""
        return self.mode != "ratings"


@dataclass(frozen=True, slots=True)
class NewItem:
    """An item to be made. `repeat_of` is the place (from 0) of an earlier one in the same list; see BatchItem."""

    prompt_id: int
    completions: tuple[int, ...]
    raters_wanted: int | None = None
    repeat_of: int | None = None
    gold: bool = False


@dataclass(frozen=True, slots=True)
class BatchItem:
    """One prompt of a batch with the completions to judge, identical texts once, in the stored order.

    `raters_wanted` is to how many raters it goes (None: to every one). `repeat_of` is the id of the item that it
    shows again to whoever has judged that one (None: it is no repeat). `gold`: its scores are known.
    """

    id: int
    prompt_id: int
    completions: tuple[int, ...]
    raters_wanted: int | None = None
    repeat_of: int | None = None
    gold: bool = False


@dataclass(frozen=True, slots=True)
class RatedCompletion:
    """All scores one rater gave to one completion: the input of the preference policies.

    `scores` maps criterion to 1..5; `last_judgment` is the newest event behind them.
    """

    prompt_id: int
    completion_id: int
    model_id: int
    rater_id: int
    text: str
    scores: dict[str, int]
    last_judgment: int
    evaluation_only: bool = False

    @property
    def mean(self) -> float:
        """Mean over the criteria, 1..5; NaN without scores."""
        return sum(self.scores.values()) / len(self.scores) if self.scores else float("nan")


@dataclass(frozen=True, slots=True)
class PreferencePair:
    """Two answers of one prompt of which one rater prefers `chosen` by `margin` points (mean over criteria)."""

    prompt_id: int
    chosen: RatedCompletion
    rejected: RatedCompletion
    margin: float


@dataclass(frozen=True, slots=True)
class ComparedAnswers:
    """What one rater said of two answers to one prompt. `answers` are their ids, the smaller first; see Outcome."""

    judgment_id: int
    prompt_id: int
    rater_id: int
    left_id: int
    right_id: int
    outcome: Outcome
    identical: bool = False
    evaluation_only: bool = False

    @property
    def answers(self) -> tuple[int, int]:
        return min(self.left_id, self.right_id), max(self.left_id, self.right_id)

    def vote_for(self, completion_id: int) -> float:
        """1 where that answer was preferred, 0 where the other one was, .5 for a tie or both bad."""
        if self.outcome in ("tie", "both_bad"):
            return 0.5
        return float((self.outcome == "left") == (self.left_id == completion_id))
