"""What ssh asks, and which answers are given again."""

from __future__ import annotations

import pytest
from jupyterlab_sagemaker_studio.repositories.prompts import Prompts


class _Run:
    def __init__(self):
        self.asked = []

    def ask(self, question):
        self.asked.append(question)
        return {"accept": True, "passphrase": "p", "password": f"answer-{len(self.asked)}"}


@pytest.mark.parametrize(
    ("prompt", "times"),
    [
        ("me@host's password: ", 1),
        ("(me@host) One-time password: ", 1),
        ("Enter passphrase for key '/home/me/.ssh/id': ", 1),
        # From an ssh of before 8.4, which shows a host's words alone: any host may say them.
        ("Password: ", 2),
    ],
)
def test_an_answer_is_given_again_only_to_whom_it_was_meant_for(prompt, times):
    run = _Run()
    prompts = Prompts(run, "host")
    prompts.answer(prompt, 17)
    prompts.answer(prompt, 18)  # another ssh: of a submodule
    assert len(run.asked) == times
    assert all("problem" not in question for question in run.asked)


def test_who_asks_the_same_again_was_told_wrong():
    run = _Run()
    prompts = Prompts(run, "host")
    prompts.answer("me@host's password: ", 17)
    assert prompts.answer("me@host's password: ", 17) == "answer-2\n"
    assert run.asked[1]["problem"]
