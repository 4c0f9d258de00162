"""Markdown as its readers see it."""

from __future__ import annotations

import pytest

from knowledge.sources.documents.markdown import tidy

COMMANDS = '```bash\nkubectl get <Pod> -o "{{ .x }}"  # <!-- kept -->\n{{< kept >}}\n<div>\n```'


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a <!-- for\n\nwriters --> b", "a  b"),
        ("import Tabs from '@theme/Tabs';\nimport {\n  A,\n} from \"b\"\nText", "\n\nText"),
        ('<Tabs>\n<TabItem value="aws" label="On AWS">\nx\n</TabItem></Tabs>', "\n**On AWS**\n\nx"),
        ('<div style={{margin: "1px", a: {b}}}>\n<span className="x">words</span>\n</div>', "\nwords"),
        ('<h2 id="x">Fix <b>it</b></h2>', "## Fix it"),
        ("see <a class='x' href='/disk'>the disk</a>", "see [the disk](/disk)"),
        ("<img src='a.png'><img alt='The way' src='b.png'/>", "![The way](b.png)"),
        ("## Fix <a name='fix'></a>", "## Fix <a name='fix'>"),
        ('[next]({{< relref "/disk.md" >}}) and {{< param x >}}', "[next](/disk.md) and {{< param x >}}"),
        ("{{% notice warning %}}\nhot\n{{% /notice %}}", "**Warning**\n\nhot"),
        ('{{< tabs >}}{{< tab "Linux" >}}df{{< /tab >}}{{< /tabs >}}', "**Linux**\n\ndf"),
        ("{% highlight sh %}\ndf -h\n{% endhighlight %}", "```sh\ndf -h\n```"),
        ("{{< toc >}}\ntext", "\ntext"),
        ("[[_TOC_]]\n1. [A](#a)\n   - [B](#b)\n2. [C `d`](#c)\nE", "\nE"),
        ("- [A](#a)\n- [B](#b)\n", "- [A](#a)\n- [B](#b)\n"),
    ],
)
def test_what_only_a_generator_or_a_browser_understands_goes(written: str, read: str) -> None:
    assert tidy(f"{written}\n\n{COMMANDS}\n") == f"{read}\n\n{COMMANDS}\n"


@pytest.mark.parametrize(
    "text",
    [
        "oc get <CR> -n <namespace> in List<String>, <https://a.example> and <YOUR_ID>/<Name>",
        "`<div></div>` and ``<Tabs> ` </Tabs>`` and {{ .Values.x }} and ${x}",
        "Do:\n\n    <div>\n    {{< a >}} <!-- b -->\n    </div>\n",
        "<pre>\n<b>$</b> df\n</pre>\n\n<table><tr><td><b>x</b></td></tr></table>",
        "> ~~~\n> <div></div>\n> ~~~\n",
        "1. ```\n   <div></div>\n   ```\n",
        "```\r\n<div></div>\r\n```\r\n",
        "```\nnever closed <div></div>",
    ],
)
def test_code_and_what_is_to_be_filled_in_stay_to_the_byte(text: str) -> None:
    assert tidy(text) == text
