"""The computation of all-MiniLM-L6-v2 as an ONNX graph, made from its published weights without torch.

The model is BERT (https://arxiv.org/abs/1810.04805) with six layers of twelve heads; the vector of a text
is the mean over its tokens, at unit length, as its model card tells.
"""

from __future__ import annotations

import json
import struct
from typing import Any

import numpy as np
from onnx import ModelProto, TensorProto, helper, numpy_helper

LAYERS = 6
HEADS = 12
HEAD_WIDTH = 32
WIDTH = HEADS * HEAD_WIDTH
EPSILON = 1e-12
OPSET = 20


def graph(weights: bytes) -> ModelProto:
    """`ids` and `mask` (texts by tokens, int64) to `vector` (texts by WIDTH); the weights in safetensors."""
    made = _Graph(_tensors(weights))
    given = [helper.make_tensor_value_info(name, TensorProto.INT64, ["n", "t"]) for name in ("ids", "mask")]
    wanted = helper.make_tensor_value_info("vector", TensorProto.FLOAT, ["n", WIDTH])
    made.add("Identity", made.pooled(made.encoded()), name="vector")
    whole = helper.make_graph(made.nodes, "all-MiniLM-L6-v2", given, [wanted], made.constants)
    return helper.make_model(whole, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10)


def _tensors(raw: bytes) -> dict[str, Any]:
    """As in https://github.com/huggingface/safetensors: a JSON header with its length in front."""
    (length,) = struct.unpack("<Q", raw[:8])
    content = memoryview(raw)[8 + length :]
    found = {}
    for name, told in json.loads(raw[8 : 8 + length]).items():
        if told.get("dtype") == "F32":
            start, end = told["data_offsets"]
            found[name] = np.frombuffer(content[start:end], "<f4").reshape(told["shape"])
    return found


class _Graph:
    """Nodes and constants as they are added; every method gives the name of its result."""

    def __init__(self, tensors: dict[str, Any]) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self._tensors = tensors

    def add(self, kind: str, *inputs: str, name: str = "", **attributes: Any) -> str:
        name = name or f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [name], **attributes))
        return name

    def constant(self, value: Any) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def encoded(self) -> str:
        words = self.add("Gather", self._weight("embeddings.word_embeddings"), "ids")
        length = self.add("Shape", "ids", start=1, end=2)
        places = self.add(
            "Slice",
            self._weight("embeddings.position_embeddings"),
            self._integers(0),
            length,
            self._integers(0),
        )
        kinds = self.constant(self._tensors["embeddings.token_type_embeddings.weight"][0])
        states = self._normal(self._sum(self._sum(words, places), kinds), "embeddings.LayerNorm")
        hidden = self.add("Cast", "mask", to=TensorProto.FLOAT)
        hidden = self.add("Sub", self.constant(np.float32(1)), hidden)
        hidden = self.add("Mul", hidden, self.constant(np.float32(-1e9)))
        hidden = self.add("Unsqueeze", hidden, self._integers(1, 2))
        for layer in range(LAYERS):
            states = self._layer(states, hidden, f"encoder.layer.{layer}.")
        return states

    def pooled(self, states: str) -> str:
        mask = self.add("Cast", "mask", to=TensorProto.FLOAT)
        mask = self.add("Unsqueeze", mask, self._integers(2))
        total = self.add("ReduceSum", self.add("Mul", states, mask), self._integers(1), keepdims=0)
        return self.add("LpNormalization", total, axis=1, p=2)

    def _layer(self, states: str, hidden: str, name: str) -> str:
        query, key, value = (
            self._heads(self._linear(states, f"{name}attention.self.{part}"), turned=part == "key")
            for part in ("query", "key", "value")
        )
        scores = self.add("Mul", self.add("MatMul", query, key), self.constant(np.float32(HEAD_WIDTH**-0.5)))
        weights = self.add("Softmax", self._sum(scores, hidden), axis=-1)
        heads = self.add("Transpose", self.add("MatMul", weights, value), perm=[0, 2, 1, 3])
        attended = self.add("Reshape", heads, self._integers(0, 0, WIDTH))
        output = self._linear(attended, f"{name}attention.output.dense")
        states = self._normal(self._sum(states, output), f"{name}attention.output.LayerNorm")
        inner = self.add("Gelu", self._linear(states, f"{name}intermediate.dense"))
        output = self._linear(inner, f"{name}output.dense")
        return self._normal(self._sum(states, output), f"{name}output.LayerNorm")

    def _heads(self, states: str, *, turned: bool) -> str:
        apart = self.add("Reshape", states, self._integers(0, 0, HEADS, HEAD_WIDTH))
        return self.add("Transpose", apart, perm=[0, 2, 3, 1] if turned else [0, 2, 1, 3])

    def _linear(self, states: str, name: str) -> str:
        turned = self.constant(self._tensors[f"{name}.weight"].T)
        return self._sum(self.add("MatMul", states, turned), self.constant(self._tensors[f"{name}.bias"]))

    def _normal(self, states: str, name: str) -> str:
        scale, bias = (self.constant(self._tensors[f"{name}.{part}"]) for part in ("weight", "bias"))
        return self.add("LayerNormalization", states, scale, bias, axis=-1, epsilon=EPSILON)

    def _sum(self, left: str, right: str) -> str:
        return self.add("Add", left, right)

    def _weight(self, name: str) -> str:
        return self.constant(self._tensors[f"{name}.weight"])

    def _integers(self, *values: int) -> str:
        return self.constant(np.array(values, dtype=np.int64))
