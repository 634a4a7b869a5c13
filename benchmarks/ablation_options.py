"""Other ways to make groups of vectors: what can be put in place of each step of the engine.

A step is a plain function. The steps, in their order: the vectors (``LabelledSet → vectors``), the graph
(``vectors → similarities``), its division at a resolution (``graph, resolution → groups``), and what is done
to the groups afterwards (``LabelledSet, graph, groups → groups``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from labelled_sets import LabelledSet
from numpy.typing import NDArray
from scipy import sparse
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from needlens.encoders.cache import VectorCache
from needlens.encoders.encoder import load_encoder
from needlens.encoders.token_weights import token_weights
from needlens.encoders.tokens import token_ids
from needlens.encoders.vectors import encode_texts
from needlens.encoders.weights import find_weights
from needlens.graph.affinity import affinity, n_edges
from needlens.graph.communities import Labels, by_size, communities
from needlens.graph.neighbours import Neighbours, nearest
from needlens.keywords import group_terms

Vectors = NDArray[np.float32]
Graph: TypeAlias = sparse.csr_matrix


def unit(rows: NDArray[np.float64] | Vectors) -> Vectors:
    """Rows of unit length."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.ascontiguousarray(rows / np.maximum(lengths, 1e-9), dtype=np.float32)


# Vectors


def as_they_are(data: LabelledSet) -> Vectors:
    """The vectors that needlens makes."""
    return data.weighed


def all_alike(data: LabelledSet) -> Vectors:
    """Those of the encoder's makers: all tokens count the same."""
    return data.vectors


def weighed_at(half_at: float) -> Callable[[LabelledSet], Vectors]:
    """Tokens count half at another share of the texts."""

    def vectors(data: LabelledSet) -> Vectors:
        encoder = load_encoder()
        ids = token_ids(find_weights("default").folder / "tokenizer.json", data.texts)
        weighing = encoder.with_token_weights(token_weights(ids, half_at=half_at))
        return encode_texts(data.texts, weighing, cache=VectorCache()).matrix

    return vectors


def centred(data: LabelledSet) -> Vectors:
    """The mean vector taken off."""
    return unit(data.weighed - data.weighed.mean(axis=0))


def without_top(count: int) -> Callable[[LabelledSet], Vectors]:
    """The mean and the ``count`` strongest directions taken off (Mu & Viswanath 2018)."""

    def vectors(data: LabelledSet) -> Vectors:
        rows, directions, _ = _principal(data.weighed)
        top = directions[:count]
        return unit(rows - rows @ top.T @ top)

    return vectors


def principal(width: int, power: float = 0.0) -> Callable[[LabelledSet], Vectors]:
    """The ``width`` strongest directions, over a power of their spread: ½ whitens half, 1 fully."""

    def vectors(data: LabelledSet) -> Vectors:
        rows, directions, spread = _principal(data.weighed)
        kept = min(width, int((spread > 1e-3 * spread[0]).sum()))
        return unit(rows @ directions[:kept].T / spread[:kept] ** power)

    return vectors


def smoothed(rounds: int, k: int = 15) -> Callable[[LabelledSet], Vectors]:
    """Half itself, half the weighted mean of the nearest neighbours, so many times over."""

    def vectors(data: LabelledSet) -> Vectors:
        rows = data.weighed
        for _ in range(rounds):
            near = _near(rows, k)
            mean = np.einsum("nk,nkd->nd", np.clip(near.similarity, 0, 1), rows[near.index])
            rows = unit(0.5 * rows + 0.5 * unit(mean))
        return rows

    return vectors


def whitened_within(resolution: float, shrinkage: float) -> Callable[[LabelledSet], Vectors]:
    """Whiten by the spread within the groups found so far, twice: groups teach what does not matter."""

    def vectors(data: LabelledSet) -> Vectors:
        rows, rest = data.weighed, data.weighed - data.weighed.mean(axis=0)
        for _ in range(2):
            groups = communities(nearest_graph(rows), resolution)
            within = rest - _means(rest, groups)[groups]
            spread = within.T @ within / len(within)
            spread = (1 - shrinkage) * spread + shrinkage * np.trace(spread) / len(spread) * np.eye(
                len(spread)
            )
            values, directions = np.linalg.eigh(spread)
            rows = unit(rest @ directions / np.sqrt(values))
        return rows

    return vectors


def with_words(share: float) -> Callable[[LabelledSet], Vectors]:
    """Vectors of words (TF-IDF, 100 directions) beside those of meaning, with this share of the weight."""

    def vectors(data: LabelledSet) -> Vectors:
        from sklearn.decomposition import TruncatedSVD
        from sklearn.feature_extraction.text import TfidfVectorizer

        counts = TfidfVectorizer(sublinear_tf=True, min_df=2, stop_words="english").fit_transform(data.texts)
        width = min(100, counts.shape[1] - 1)
        words = unit(TruncatedSVD(width, random_state=0).fit_transform(counts))
        return unit(np.hstack([np.sqrt(1 - share) * data.weighed, np.sqrt(share) * words]))

    return vectors


def contrasted(steps: int, k: int, temperature: float = 0.05) -> Callable[[LabelledSet], Vectors]:
    """A linear map learned on the data: neighbours are to be alike, other texts of a batch not (InfoNCE)."""

    def vectors(data: LabelledSet) -> Vectors:
        import torch

        rng, near = np.random.default_rng(0), _near(data.weighed, k).index
        rows, width = torch.from_numpy(data.weighed), data.weighed.shape[1]
        change = torch.eye(width).requires_grad_()
        optimiser = torch.optim.Adam([change], lr=1e-3)
        size = min(256, len(near) // 2)
        for _ in range(steps):
            left = rng.choice(len(near), size, replace=False)
            right = near[left, rng.integers(near.shape[1], size=size)]
            a = torch.nn.functional.normalize(rows[left] @ change)
            b = torch.nn.functional.normalize(rows[right] @ change)
            loss = torch.nn.functional.cross_entropy(a @ b.T / temperature, torch.arange(size))
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
        return unit((rows @ change).detach().numpy())

    return vectors


# Graphs


def nearest_graph(vectors: Vectors, k: int = 0) -> Graph:
    """Each text joined to its nearest ones, either end's choice, mutual ones twice: the engine's graph."""
    k = k or n_edges(len(vectors))
    return affinity(_near(vectors, k), k)


def with_k(k: int) -> Callable[[Vectors], Graph]:
    """The same with another number of neighbours."""
    return lambda vectors: nearest_graph(vectors, k)


def either_end(vectors: Vectors) -> Graph:
    """Edges both ends chose count for one, like any other."""
    near = _near(vectors, n_edges(len(vectors)))
    directed = _directed(near.index, np.clip(near.similarity, 1e-6, 1))
    return directed.maximum(directed.T).tocsr()


def sharpened(power: float) -> Callable[[Vectors], Graph]:
    """Similarities to a power."""

    def graph(vectors: Vectors) -> Graph:
        k = n_edges(len(vectors))
        near = _near(vectors, k)
        return affinity(Neighbours(near.index, np.clip(near.similarity, 0, 1) ** np.float32(power)), k)

    return graph


def unweighted(vectors: Vectors) -> Graph:
    """All edges alike."""
    graph = nearest_graph(vectors)
    graph.data[:] = 1.0
    return graph


def mutual(vectors: Vectors, k: int = 25) -> Graph:
    """Edges both ends chose, and each text's to its nearest."""
    near = _near(vectors, k)
    directed = _directed(near.index, np.clip(near.similarity, 1e-6, 1))
    first = _directed(near.index[:, :1], np.clip(near.similarity[:, :1], 1e-6, 1))
    return directed.minimum(directed.T).maximum(first).maximum(first.T).tocsr()


def shared(vectors: Vectors, k: int = 25) -> Graph:
    """Edges weighted by the neighbours both ends share (Jarvis & Patrick 1973), as a Jaccard index."""
    near = _near(vectors, k)
    chosen = _directed(near.index, np.ones(near.index.shape)) + sparse.eye(len(vectors))
    both = (chosen @ chosen.T).multiply(affinity(near, k) > 0).tocsr()
    both.data /= 2 * (k + 1) - both.data
    return both.tocsr()


def fuzzy(vectors: Vectors, k: int = 15) -> Graph:
    """UMAP's weights (McInnes, Healy & Melville 2018): each text's own scale, then the fuzzy union."""
    distance = 1 - np.clip(_near(vectors, k).similarity.astype(np.float64), -1, 1)
    beyond = np.maximum(distance - distance[:, :1], 0)
    low, high = np.full(len(vectors), 1e-4), np.full(len(vectors), 10.0)
    for _ in range(40):
        middle = (low + high) / 2
        large = np.exp(-beyond / middle[:, None]).sum(axis=1) > np.log2(k)
        low, high = np.where(large, low, middle), np.where(large, middle, high)
    weight = _directed(_near(vectors, k).index, np.exp(-beyond / middle[:, None]))
    return (weight + weight.T - weight.multiply(weight.T)).tocsr()


def self_tuned(vectors: Vectors, k: int = 15) -> Graph:
    """Gaussian weights scaled by the distance to the 7th neighbour (Zelnik-Manor & Perona 2004)."""
    near = _near(vectors, k)
    squared = 2 - 2 * np.clip(near.similarity.astype(np.float64), -1, 1)
    scale = np.sqrt(squared[:, 6]) + 1e-6
    weight = _directed(near.index, np.exp(-squared / (scale[:, None] * scale[near.index])))
    return weight.maximum(weight.T).tocsr()


def less_hubs(vectors: Vectors, k: int = 15) -> Graph:
    """Neighbours by CSLS (Conneau et al. 2018): similarity less the mean of both ends to their own."""
    similarity = vectors @ vectors.T
    np.fill_diagonal(similarity, -1)
    own = -np.sort(-np.partition(similarity, -10, axis=1)[:, -10:], axis=1).mean(axis=1)
    corrected = 2 * similarity - own[:, None] - own
    np.fill_diagonal(corrected, -np.inf)
    index = np.argsort(-corrected, axis=1, kind="stable")[:, :k]
    weight = _directed(index, np.clip(np.take_along_axis(similarity, index, axis=1), 1e-6, 1))
    return weight.maximum(weight.T).tocsr()


# Division of the graph


def louvain(graph: Graph, resolution: float) -> Labels:
    """The engine's."""
    return communities(graph, resolution)


def leiden(graph: Graph, resolution: float) -> Labels:
    """Leiden (Traag, Waltman & van Eck 2019) in place of Louvain."""
    from sknetwork.clustering import Leiden

    return by_size(
        Leiden(resolution, modularity="newman", random_state=0).fit_predict(graph).astype(np.int64)
    )


def potts(graph: Graph, resolution: float) -> Labels:
    """The constant Potts model in place of modularity: no degree in the null."""
    from sknetwork.clustering import Louvain

    return by_size(Louvain(resolution, modularity="potts").fit_predict(graph).astype(np.int64))


def consensus(graph: Graph, resolution: float, runs: int = 10) -> Labels:
    """Edges weighted by the share of resamples that leave both ends together (Fred & Jain 2005)."""
    edges, rng = graph.tocoo(), np.random.default_rng(0)
    together, seen = np.zeros(edges.nnz), np.zeros(edges.nnz)
    for _ in range(runs):
        keep = np.sort(rng.choice(graph.shape[0], int(0.8 * graph.shape[0]), replace=False))
        groups = np.full(graph.shape[0], -1)
        groups[keep] = communities(graph[keep][:, keep].tocsr(), resolution)
        left, right = groups[edges.row], groups[edges.col]
        seen += (left >= 0) & (right >= 0)
        together += (left >= 0) & (left == right)
    share = np.maximum(together / np.maximum(seen, 1), 1e-6)
    return communities(sparse.csr_matrix((share, (edges.row, edges.col)), shape=graph.shape), resolution)


# Groups, afterwards


def polished(rounds: int) -> Callable[[LabelledSet, Graph, Labels], Labels]:
    """Each text to the most similar centre, so many times over."""

    def groups(data: LabelledSet, _: Graph, labels: Labels) -> Labels:
        for _round in range(rounds):
            nearest_centre = (data.weighed @ unit(_means(data.weighed, labels)).T).argmax(axis=1)
            labels = by_size(nearest_centre)
        return labels

    return groups


def by_vote(_: LabelledSet, graph: Graph, labels: Labels) -> Labels:
    """Each text to the group most of its neighbours are in, three times over."""
    for _round in range(3):
        votes = graph @ _members(labels)
        labels = by_size(np.asarray(votes.argmax(axis=1)).ravel())
    return labels


# Joining fine groups: all numbers of groups at once


def ward(data: LabelledSet, _: Graph, fine: Labels) -> list[Labels]:
    """Ward's joining of the centres."""
    return _cuts(linkage(_means(data.weighed, fine), "ward"), fine)


def average_link(_: LabelledSet, graph: Graph, fine: Labels) -> list[Labels]:
    """Average linkage by the mean weight of the graph between two groups."""
    members = _members(fine)
    sizes = np.bincount(fine)
    ties = (members.T @ graph @ members).toarray() / np.outer(sizes, sizes)
    distance = -np.log(ties + 1e-9)
    distance -= distance.min()
    np.fill_diagonal(distance, 0)
    return _cuts(linkage(squareform(distance, checks=False), "average"), fine)


def shared_words(data: LabelledSet, _: Graph, fine: Labels) -> list[Labels]:
    """Average linkage by the overlap of the groups' ten keywords, centres deciding between equals."""
    terms = group_terms(data.texts, fine.tolist())
    tops = [set(terms[group].keywords(10)) for group in range(int(fine.max()) + 1)]
    alike = np.array([[len(left & right) / max(len(left | right), 1) for right in tops] for left in tops])
    centres = unit(_means(data.weighed, fine)).astype(np.float64)
    distance = 1 - alike + 0.01 * (1 - centres @ centres.T)
    np.fill_diagonal(distance, 0)
    return _cuts(linkage(squareform(distance, checks=False), "average"), fine)


def _cuts(tree: NDArray[np.float64], fine: Labels) -> list[Labels]:
    sizes = np.unique(np.geomspace(2, len(tree) + 1, 20).astype(int))
    return [by_size(fcluster(tree, size, "maxclust")[fine].astype(np.int64)) for size in sizes]


def _near(vectors: Vectors, k: int) -> Neighbours:
    return nearest(vectors, vectors, k, skip_self=True)


def _directed(index: NDArray[np.int64], weight: NDArray[Any]) -> Graph:
    n, k = index.shape
    source = np.repeat(np.arange(n), k)
    return sparse.csr_matrix((weight.ravel().astype(np.float64), (source, index.ravel())), shape=(n, n))


def _principal(vectors: Vectors) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Centred rows, directions by falling spread (rows of a matrix), and the spreads."""
    rows = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
    values, directions = np.linalg.eigh(rows.T @ rows / len(rows))
    order = np.argsort(-values)
    return rows, directions[:, order].T, np.sqrt(np.maximum(values[order], 0))


def _means(rows: NDArray[Any], groups: Labels) -> NDArray[np.float64]:
    sums = _members(groups).T @ rows
    means: NDArray[np.float64] = sums / np.bincount(groups)[:, None]
    return means


def _members(groups: Labels) -> Graph:
    return sparse.csr_matrix((np.ones(len(groups)), (np.arange(len(groups)), groups)))
