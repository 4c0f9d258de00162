"""What a question is about; anything that is not plain is left to a model."""

from __future__ import annotations

import pytest

from lambda_image.steps.questions.topic import Topic, topic


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("", Topic.WHY),
        ("?!", Topic.WHY),
        ("why do you think so", Topic.WHY),
        ("How sure are you about that?", Topic.WHY),
        ("what's the evidence", Topic.WHY),
        ("show me the code", Topic.CODE),
        ("Which line is it?", Topic.CODE),
        ("what changed", Topic.CHANGED),
        ("Who changed this code last, and why?", Topic.CHANGED),
        ("what was deployed recently", Topic.CHANGED),
        ("explain it for a manager, please", Topic.MANAGER),
        ("why does the queue fill up at night", Topic.FREE),
        ("what is this", Topic.FREE),
        ("show me the code of the payment service", Topic.FREE),
        ("who is hit, and since when?", Topic.WHOM),
        ("when did it start failing", Topic.SINCE),
        ("what should I do now?", Topic.STEPS),
        ("is the broker broken", Topic.FREE),
        ("which case is it", Topic.FREE),
        ("error 500 why", Topic.FREE),
    ],
)
def test_a_question_is_plain_only_where_every_word_of_it_is(question: str, about: Topic) -> None:
    assert topic(question) is about


SAME = {
    Topic.WHY: "Warum glaubst du das?|Pourquoi ça a échoué ?|¿Por qué falló?|Mengapa ini gagal?"
    "|왜 실패했나요?|なぜ失敗したのですか|为什么失败了",
    Topic.CODE: "Zeig mir den Code|Montre-moi le code|Muéstrame el código|Tunjukkan kodenya|코드를 보여 줘"
    "|コードを見せて|给我看代码",
    Topic.CHANGED: "Was hat sich geaendert?|Qu'est-ce qui a changé ?|¿Qué cambio?|Apa yang berubah?"
    "|무엇이 바뀌었나요?|何が変わりましたか|最近改了什么",
    Topic.WHOM: "Wer ist betroffen?|Qui est touché ?|¿A quién afecta?|Siapa yang terdampak?"
    "|누가 영향을 받나요?|誰が影響を受けていますか|谁受影响",
    Topic.SINCE: "Seit wann?|Depuis quand ?|¿Desde cuándo?|Sejak kapan?|언제부터인가요?|いつからですか"
    "|从什么时候开始的",
    Topic.STEPS: "Was soll ich tun?|Que dois-je faire ?|¿Qué hago ahora?|Apa yang harus dilakukan?"
    "|어떻게 해야 하나요?|どうすればいいですか|我该怎么办",
    Topic.MANAGER: "Erkläre es für einen Manager|Explique-le pour un manager|Explícalo para un jefe"
    "|Jelaskan untuk manajer|관리자에게 쉽게 설명해 줘|上司にわかりやすく説明して|给领导解释一下",
}


@pytest.mark.parametrize("about", SAME)
def test_a_plain_question_is_plain_in_every_language(about: Topic) -> None:
    assert {question: topic(question) for question in SAME[about].split("|")} == dict.fromkeys(
        SAME[about].split("|"), about
    )


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("waht chnaged", Topic.CHANGED),
        ("shwo me teh cdoe", Topic.CODE),
        ("whyy did it fial", Topic.WHY),
        ("who is afected", Topic.WHOM),
        ("wer ist betrofen", Topic.WHOM),
        ("pourquoi ca a echoue", Topic.WHY),
        ("\uff37\uff28\uff39?", Topic.WHY),
        ("지금어떻게해야하나요", Topic.STEPS),
        ("who was charged", Topic.FREE),
        ("为什么数据库满了", Topic.FREE),
        ("warum ist die Warteschlange voll", Topic.FREE),
        ("の" * 5_000, Topic.FREE),
    ],
)
def test_slips_and_other_spellings_are_read_and_other_words_are_not(question: str, about: Topic) -> None:
    assert topic(question) is about
