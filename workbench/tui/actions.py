"""The one action table: it makes the bindings, the footer, the help screen, the palette and the README's key table.

A scope is a place in which keys mean something. A screen names its scopes, and a key has one action in all
of them together. Screens where a person types or rates leave out the scope `screens`, so that a stray
letter never leaves an item.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from textual.binding import Binding, BindingType

SCOPES = {
    "everywhere": "Everywhere",
    "screens": "Switch screens (not while rating or in a form)",
    "list": "In every list",
    "filter": "Filter a list (esc shows all rows again)",
    "reader": "In every text",
    "home": "Home",
    "batches": "Batches",
    "judges": "Models that judged",
    "judging": "Rate and Versus",
    "note": "In a note",
    "rate": "Rate",
    "versus": "Versus",
    "job": "Jobs and Train",
    "watching": "One job in full, and Train",
    "train": "Train",
    "bench": "Benchmarks",
    "runs": "Runs of a task",
    "items": "Items of a run",
    "item": "An item of a run",
    "stress": "Stress",
    "bias": "Bias",
    "agree": "What the ratings say",
    "data": "Data & models",
    "form": "In a form",
    "mix": "In the form of a mixture",
    "training": "In the form of a training",
    "exporting": "In the form of an export",
    "preflight": "Pre-flight of a training",
    "chat": "Chat",
    "export": "Export preview",
    "confirm": "When asked",
    "kiosk": "In a kiosk (with the keys of Rate or Versus, and no others)",
}

APP_SCOPES = ("everywhere", "screens", "kiosk")
_TYPED = {"form", "training", "exporting", "chat", "note"}  # scopes in which a letter is typed

_SHOWN = {
    "escape": "esc", "question_mark": "?", "pageup": "PgUp", "pagedown": "PgDn", "up": "↑", "down": "↓",
    "left": "←", "right": "→", "f1": "F1", "f2": "F2", "f3": "F3", "home": "Home", "end": "End",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a key does. `id` names the handler, `action_<id>`; an empty `label` keeps it out of the footer.

    The handlers of `screens` and `everywhere` are the app's, those of the other scopes the screen's or widget's.

    `takes_key` hands the pressed key to the handler, for a row of keys that differ only in a number.
    `destructive` actions ask before they act.
    """

    id: str
    keys: tuple[str, ...]
    label: str
    scope: str
    help: str
    destructive: bool = False
    takes_key: bool = False

    @property
    def shown(self) -> str:
        """The keys as the help screen writes them."""
        if self.takes_key:
            return f"{self.keys[0]}-{self.keys[-1]}"
        return " ".join(display(key) for key in self.keys)

    def footer(self, typing: bool = False) -> str:
        """`key label`, with the first key only; the first that is not typed as a letter where a person types."""
        key = next((key for key in self.keys if len(key) > 1 or not typing), self.keys[0])
        return f"{self.shown if self.takes_key else display(key)} {self.label}"


ACTIONS: tuple[Action, ...] = (
    Action("home", ("h",), "Home", "screens", "the loop: a row a model, and the next step"),
    Action("rate", ("r",), "Rate", "screens", "rate answers 1-5"),
    Action("versus", ("v",), "Versus", "screens", "compare two answers with one key"),
    Action("train", ("t",), "Train", "screens", "the last training, live; a new one"),
    Action("bench", ("b",), "Bench", "screens", "suites of benchmarks, runs, items, and models compared"),
    Action("stress", ("s",), "Stress", "screens", "what typos, misspellings and lower case do to a model"),
    Action("bias", ("i",), "Bias", "screens", "what the gender of a person does to a model, beside a placebo"),
    Action("jobs", ("w",), "Jobs", "screens", "jobs at work, and those that ended"),
    Action("data", ("d",), "Data", "screens", "models, data sets and exports"),
    Action("agree", ("l",), "", "screens", "what the ratings say: of the raters, and of the models"),
    Action("quit", ("q",), "", "screens", "quit; jobs go on"),
    Action("back", ("escape",), "back", "everywhere", "one level up; never quits"),
    Action("help", ("?", "f1"), "help", "everywhere", "the keys of this screen, then all others"),
    Action("command_palette", (":", "ctrl+p"), "", "everywhere", "palette: every action that applies now, and themes"),
    Action("copy", ("y",), "", "everywhere", "copy what is in focus (OSC 52)"),
    Action("quit", ("ctrl+q",), "", "everywhere", "quit; jobs go on"),
    Action("cursor_up", ("up", "k"), "", "list", "one row up"),
    Action("cursor_down", ("down", "j"), "", "list", "one row down"),
    Action("page_up", ("pageup",), "", "list", "one page up"),
    Action("page_down", ("pagedown",), "", "list", "one page down"),
    Action("first", ("g", "home"), "", "list", "the first row"),
    Action("last", ("G", "end"), "", "list", "the last row"),
    Action("choose", ("enter",), "open", "list", "go in"),
    Action("filter", ("/",), "filter", "filter", "show only the rows that hold some words"),
    Action("line_up", ("up", "k"), "", "reader", "one line up"),
    Action("line_down", ("down", "j"), "", "reader", "one line down"),
    Action("text_page_up", ("pageup",), "", "reader", "one page up"),
    Action("text_page_down", ("pagedown",), "", "reader", "one page down"),
    Action("top", ("g", "home"), "", "reader", "the beginning"),
    Action("bottom", ("G", "end"), "", "reader", "the end"),
    Action("next_step", ("n",), "next step", "home", "do the next sensible step, as the screen names it"),
    Action("ask", ("a",), "ask", "home", "ask a model for answers"),
    Action("export", ("x",), "export", "home", "preview the preference pairs, then write them"),
    Action("chat", ("c",), "chat", "home", "talk with the model in focus"),
    Action("batches", ("o",), "batches", "home", "the batches to judge: how far you are, and new ones"),
    Action("new_batch", ("n",), "new batch", "batches", "judge stored answers: rate them, or compare them in pairs"),
    Action("adjudicate", ("a",), "adjudicate", "batches", "settle what raters disagree on, seeing what they gave"),
    Action("remarks", ("f",), "", "batches", "flags and notes in the batch in focus, and digits that came too fast"),
    Action("import_answers", ("c",), "", "batches", "take in answers made elsewhere, from a file, to be judged"),
    Action("judges", ("m",), "models", "batches", "models that judge the batch in focus beside people, and how well"),
    Action("new_judge", ("n",), "let a model judge", "judges", "choose a model that judges this batch, and start"),
    Action("score", ("1", "2", "3", "4", "5"), "score", "rate", "score the criterion in focus", takes_key=True),
    Action("export", ("e",), "", "rate", "preview the preference pairs of what has been rated"),
    Action("compare", ("1", "2", "3", "4"), "judge", "versus", "answer 1, answer 2, tie, both bad", takes_key=True),
    Action("scroll_one", ("tab",), "", "versus", "scroll answer 1 alone, with more room for it; answer 2; both again"),
    Action("skip", ("s", "space"), "skip", "judging", "skip what is shown"),
    Action("undo", ("u", "backspace"), "undo", "judging", "take the last key back; without limit"),
    Action("flag", ("f",), "flag", "judging", "flag what is shown, or take its flag back"),
    Action("note", ("n",), "note", "judging", "write a note on what is shown, in one line"),
    Action("keep", ("enter",), "keep", "note", "keep the note; an empty one changes nothing"),
    Action("drop", ("escape",), "drop", "note", "close it and leave everything as it was"),
    Action("differences", ("x",), "diff", "judging", "mark where the answers to this prompt differ"),
    Action("examples", ("a",), "", "judging", "show the rubric's example answer for each point, and close them again"),
    Action("fold", ("p",), "prompt", "judging", "show the prompt short, whole, or on one line"),
    Action("answer_line_up", ("up", "k"), "", "judging", "scroll the answers up"),
    Action("answer_line_down", ("down", "j"), "", "judging", "scroll the answers down"),
    Action("answer_page_up", ("pageup",), "", "judging", "scroll the answers a page up"),
    Action("answer_page_down", ("pagedown",), "", "judging", "scroll the answers a page down"),
    Action("retry", ("enter",), "", "judging", "try again to save, when the screen says NOT SAVED"),
    Action("cancel_job", ("c",), "cancel", "job", "stop the job in focus; it can be resumed", destructive=True),
    Action("resume_job", ("o",), "resume", "job", "go on with a lost, failed or cancelled job"),
    Action("put_first", ("f",), "first", "job", "let a waiting job run before all others that wait"),
    Action("next_curves", ("m",), "curves", "watching", "the next three curves"),
    Action("end_now", ("e",), "end", "watching", "end a training after this step, and keep its best model", True),
    Action("new_training", ("n",), "new training", "train", "choose model and data, and start"),
    Action("new_bench", ("n",), "new run", "bench", "choose a model and a task, and start"),
    Action("previous_model", ("left",), "", "bench", "the model before"),
    Action("next_model", ("right",), "next model", "bench", "the next model"),
    Action("mark_model", ("m",), "baseline", "bench", "take the model in focus as the baseline, or no longer"),
    Action("compare_models", ("c",), "compare", "bench", "compare the model in focus with the baseline on every task"),
    Action("new_bench", ("n",), "new run", "runs", "measure again: choose a model and a task, and start"),
    Action("mark_baseline", ("m",), "baseline", "runs", "take the run in focus as the baseline, or no longer"),
    Action("compare", ("c",), "compare", "runs", "compare the run in focus with the baseline, item by item"),
    Action("figures_down", ("J", "shift+down"), "", "runs", "scroll the figures of the run in focus down"),
    Action("figures_up", ("K", "shift+up"), "", "runs", "scroll the figures of the run in focus up"),
    Action("next_part", ("o",), "part", "items", "all items, the wrong ones, those decided by little, or flipped ones"),
    Action("against", ("a",), "against", "items", "choose another run: `o` then shows the items it answered otherwise"),
    Action("to_rating", ("e",), "to rating", "items", "put a doubtful item before a human: into the rating queue"),
    Action("to_rating", ("e",), "to rating", "item", "put the item before a human: into the rating queue"),
    Action("new_stress", ("n",), "new stress", "stress", "choose a model and a task, and start"),
    Action("new_bias", ("n",), "new measurement", "bias", "choose a model, and measure its bias"),
    Action("next_rubric", ("o",), "rubric", "agree", "the judgments on the next rubric"),
    Action("pick_batch", ("p",), "batch", "agree", "the judgments of one batch, or of all again"),
    Action("raise_difference", ("+", "="), "", "agree", "plan for a larger difference between two models"),
    Action("lower_difference", ("-",), "", "agree", "plan for a smaller difference between two models"),
    Action("next_raters", ("m",), "raters", "agree", "people alone, or with raters that are models or imported"),
    Action("add_data", ("a",), "add data", "data", "import a file of rows"),
    Action("export_data", ("x",), "export", "data", "write the data set or the model in focus for other programs"),
    Action("mix_data", ("m",), "mix", "data", "make one data set of several, the one in focus among them"),
    Action("pull_model", ("p",), "pull model", "data", "fetch an embedded model"),
    Action("previous_field", ("up", "shift+tab"), "", "form", "the field above"),
    Action("next_field", ("down", "tab"), "", "form", "the field below"),
    Action("pick", ("enter",), "pick", "form", "choose from a list; in a text field, go to the next field"),
    Action("start", ("ctrl+s", "f2"), "start", "form", "check the values and start the job"),
    Action("preview", ("ctrl+o", "f3"), "preview", "mix", "show the first rows as a model sees them; none is written"),
    Action("preflight", ("ctrl+t", "f3"), "pre-flight", "training", "what would be trained on, token by token"),
    Action("preview", ("ctrl+o", "f3"), "preview", "exporting", "show what would be written with these values"),
    Action("start_training", ("enter",), "start training", "preflight", "start the training that was looked at"),
    Action("earlier", ("pageup", "up"), "", "chat", "scroll to what was said before"),
    Action("later", ("pagedown", "down"), "", "chat", "scroll back"),
    Action("forget", ("ctrl+n",), "begin anew", "chat", "forget what was said"),
    Action("switch", ("ctrl+o",), "model", "chat", "let another model answer; rounds of one base share its weights"),
    Action("previous_threshold", ("left",), "", "export", "the threshold before"),
    Action("next_threshold", ("right",), "threshold", "export", "the next threshold"),
    Action("raise_threshold", ("+", "="), "more", "export", "raise the threshold in focus"),
    Action("lower_threshold", ("-",), "", "export", "lower the threshold in focus"),
    Action("write_pairs", ("x",), "write", "export", "write what is kept"),
    Action("all_fields", ("f",), "", "export", "the form of the export: rubric, batch, raters, a file, a name"),
    Action("next_export", ("o",), "kind", "export", "pairs, KTO labels, ratings, or comparisons"),
    Action("yes", ("y",), "yes", "confirm", "do it"),
    Action("no", ("n", "escape", "enter"), "no", "confirm", "leave everything as it is"),
    Action("back", ("escape",), "", "kiosk", "close the note; where nothing is left, go on to the next batch"),
    Action("quit", ("ctrl+q",), "leave", "kiosk", "end the session"),
)  # fmt: skip


def in_scopes(*scopes: str) -> tuple[Action, ...]:
    """The actions of these scopes, in the order of the scopes, then of the table."""
    return tuple(action for scope in scopes for action in ACTIONS if action.scope == scope)


def bindings(*scopes: str) -> list[BindingType]:
    """Textual's bindings for these scopes."""
    return [_binding(action, key) for action in in_scopes(*scopes) for key in action.keys]


def footer(scopes: Sequence[str], root: bool) -> str:
    """The labels of a screen in one line, its own first.

    The screen letters stand in the first line instead, and a screen that a letter leads to has no way back to name.
    """
    labelled = [
        action
        for action in in_scopes(*(scope for scope in scopes if scope != "screens"))
        if action.label and not (root and action.id == "back")
    ]
    return "  ".join(action.footer(typing=not _TYPED.isdisjoint(scopes)) for action in labelled)


def display(key: str) -> str:
    """A key as a person reads it."""
    return _SHOWN.get(key, key)


def markdown() -> str:
    """The key table of the README."""
    rows = [f"| {title} | {_cell(action.shown)} | {action.help} |" for title, action in _titled()]
    return "\n".join(["| where | key | what it does |", "|---|---|---|", *rows])


def _titled() -> Iterable[tuple[str, Action]]:
    for scope, title in SCOPES.items():
        for number, action in enumerate(in_scopes(scope)):
            yield (title if number == 0 else "", action)


def _cell(keys: str) -> str:
    return " ".join(f"`{key}`" for key in keys.split(" "))


def _binding(action: Action, key: str) -> Binding:
    owner = "app." if action.scope in APP_SCOPES else ""
    argument = f"('{key}')" if action.takes_key else ""
    return Binding(key, f"{owner}{action.id}{argument}", action.label, show=False)
