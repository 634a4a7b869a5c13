"""Studies larger than memory likes, or than one machine: parts on disk, and who works on them."""
