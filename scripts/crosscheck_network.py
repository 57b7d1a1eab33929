"""The network in PyTorch: true float32, the same bits on every pass, and weights whose stored words can be changed.

A traced file carries the cuDNN switches of the machine that traced it, which PyTorch's own don't reach; they are
replaced in the graph. Nothing is fused: a fused pass rounds otherwise than the one before it.
"""

from __future__ import annotations

import os

os.environ["NVIDIA_TF32_OVERRIDE"] = "0"  # before CUDA's libraries start
os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")

from collections.abc import Iterator  # noqa: E402
from contextlib import contextmanager  # noqa: E402
from pathlib import Path  # noqa: E402

import numpy  # noqa: E402
import torch  # noqa: E402

import crosscheck_words  # noqa: E402
from crosscheck_result import BadInput, Tensor  # noqa: E402

SWITCHES = {"benchmark": False, "deterministic": True, "cudnn_enabled": True, "allow_tf32": False}

Words = dict[int, tuple[list[int], list[int]]]  # by tensor: elements, and what is to stand there


def fix_numerics(threads: int) -> None:
    """For the whole process."""
    torch.set_num_threads(threads)
    torch.set_grad_enabled(False)
    torch.use_deterministic_algorithms(True)
    torch.utils.deterministic.fill_uninitialized_memory = False
    torch.backends.cudnn.deterministic, torch.backends.cudnn.benchmark = True, False
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = False
    torch._C._jit_set_profiling_executor(False)
    torch._C._jit_set_profiling_mode(False)
    torch._C._jit_set_texpr_fuser_enabled(False)
    torch._C._set_graph_executor_optimize(False)


def _override_switches(graph: torch._C.Graph) -> None:
    for block in [graph.block(), *_inner_blocks(graph.block())]:
        for node in list(block.nodes()):
            schema = node.schema()
            if "conv" not in node.kind() or schema == "(no schema)":
                continue
            for place, argument in enumerate(torch._C.parse_schema(schema).arguments):
                if argument.name in SWITCHES:
                    with graph.insert_point_guard(node):
                        node.replaceInput(place, graph.insertConstant(SWITCHES[argument.name]))


def _inner_blocks(block: torch._C.Block) -> Iterator[torch._C.Block]:
    for node in block.nodes():
        for inner in node.blocks():
            yield inner
            yield from _inner_blocks(inner)


class Network:
    def __init__(self, path: Path, tensors: list[Tensor], device: torch.device, stored: int = 0) -> None:
        """The file of the result's format number `stored`. Raises BadInput for a file that isn't TorchScript or hasn't
        got the tensors."""
        try:
            self._module = torch.jit.load(str(path), map_location=device).eval()
        except (RuntimeError, ValueError) as error:
            raise BadInput(f"{path}: not a TorchScript file ({str(error).splitlines()[0]})") from error
        graph = self._module.graph
        torch._C._jit_pass_inline(graph)
        _override_switches(graph)
        self._device = device
        self._weights = self._find(path, tensors)
        self._path, self._tensors = path, tensors
        self._formats = [crosscheck_words.parse(tensor.formats[stored]) for tensor in tensors]
        self._golden: dict[int, numpy.ndarray] = {}

    def _find(self, path: Path, tensors: list[Tensor]) -> list[torch.Tensor]:
        named = dict(self._module.named_buffers(remove_duplicate=False))
        named.update(self._module.named_parameters(remove_duplicate=False))
        for tensor in tensors:
            found = tuple(named[tensor.name].shape) if tensor.name in named else "nothing"
            if found != tensor.shape or named[tensor.name].dtype != torch.float32:
                raise BadInput(f"{path}: {tensor.name} is {found}, the result has it as float32 {tensor.shape}")
        return [named[tensor.name].detach() for tensor in tensors]

    def golden_words(self, tensor: int) -> numpy.ndarray:
        """What the network stored when this was first asked, outside of words(): uint32, row-major. Raises BadInput for
        numbers that aren't of the tensor's format."""
        if tensor not in self._golden:
            numbers = numpy.ascontiguousarray(self._weights[tensor].cpu().numpy()).reshape(-1)
            try:
                self._golden[tensor] = self._formats[tensor].encode(numbers)
            except BadInput as error:
                raise BadInput(f"{self._path}: {self._tensors[tensor].name}: {error}") from error
        return self._golden[tensor]

    def forward(self, images: numpy.ndarray) -> numpy.ndarray:
        """Logits [image][class]. Of several outputs the first counts."""
        # A copy each time: a network may work in place.
        output = self._module(torch.from_numpy(images).to(self._device).clone())
        logits = output[0] if isinstance(output, (tuple, list)) else output
        return logits.float().contiguous().detach().cpu().numpy()

    def _exchange(self, tensor: int, elements: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
        """Puts float32 patterns where the weights are, checks them and gives those that were there."""
        memory = self._weights[tensor].view(torch.int32)
        memory = memory.view(1) if memory.dim() == 0 else memory
        places = torch.unravel_index(elements, memory.shape)  # memory may lie in another order than row-major
        found = memory[places]
        memory[places] = words
        if not torch.equal(memory[places], words):
            raise RuntimeError(f"tensor {tensor}: words don't read back as written")
        return found

    @contextmanager
    def words(self, words: Words) -> Iterator[None]:
        """A scope in which these words are stored; afterwards the old ones are again."""
        held = []
        for tensor, (elements, values) in words.items():
            where = torch.tensor(elements, device=self._device)
            numbers = self._formats[tensor].decode(numpy.array(values, numpy.uint32))
            what = torch.from_numpy(numbers.view(numpy.int32)).to(self._device)
            held.append((tensor, where, self._exchange(tensor, where, what)))
        try:
            yield
        finally:
            for tensor, where, what in held:
                self._exchange(tensor, where, what)
