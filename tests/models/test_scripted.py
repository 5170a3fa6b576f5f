from __future__ import annotations

from workbench.models.language_model import LanguageModel
from workbench.models.scripted import ScriptedModel
from workbench.records import Decoding, Generated, GenerationRequest, LogLikelihood, Message


def ask(text: str, seed: int = 0) -> GenerationRequest:
    return GenerationRequest((Message("user", text),), seed)


def test_it_is_a_language_model() -> None:
    model: LanguageModel = ScriptedModel()
    assert model.capabilities == {"generate", "loglikelihood", "rolling", "tokens"}


def test_a_scripted_answer_is_given_and_cut_by_words() -> None:
    model = ScriptedModel({"Hi": "one two three"})
    [[(_, whole)]] = model.generate([ask("Hi")], Decoding(max_new_tokens=3))
    [[(_, cut)]] = model.generate([ask("Hi")], Decoding(max_new_tokens=2))
    assert (whole, cut) == (Generated("one two three", 3, "stop"), Generated("one two", 2, "length"))


def test_an_unscripted_answer_depends_on_the_seed_alone() -> None:
    [[(_, first), (_, again), (_, other)]] = ScriptedModel().generate(
        [ask("a", 1), ask("a", 1), ask("a", 2)], Decoding()
    )
    assert first == again != other


def test_scores_come_from_the_given_function() -> None:
    model = ScriptedModel(score=lambda context, text: LogLikelihood(-float(len(text)), context == ""))
    assert list(model.loglikelihood([("a", "bcd")])) == [[(0, LogLikelihood(-3.0, False))]]
    assert list(model.loglikelihood_rolling(["abcd"])) == [[(0, LogLikelihood(-4.0, False))]]


def test_a_skipped_batch_is_not_computed() -> None:
    model = ScriptedModel(batch_rows=2)
    list(model.generate([ask(text) for text in "abcde"], Decoding(), skip={0, 1}.issuperset))
    assert model.calls == [[2, 3], [4]]
