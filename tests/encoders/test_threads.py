"""Worker threads leave torch's settings as they were."""

from concurrent.futures import ThreadPoolExecutor

from needlens.encoders.threads import single_threads


def test_torch_uses_one_thread_in_each_worker_and_as_many_as_before_afterwards() -> None:
    import torch

    def threads_in_a_new_thread() -> int:
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(torch.get_num_threads).result()

    before = torch.get_num_threads()
    torch.set_num_threads(3)
    try:
        with single_threads(2) as pool:
            assert pool.submit(torch.get_num_threads).result() == 1
        assert (torch.get_num_threads(), threads_in_a_new_thread()) == (3, 3)
    finally:
        torch.set_num_threads(before)
