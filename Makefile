# Short names for what hack/ and SwiftPM do.
.PHONY: build test demo bench format
build:
	swift build
test:
	hack/test
demo:
	hack/demo
bench:
	hack/bench
format:
	swift format --in-place --parallel --recursive Sources Tests Package.swift
