module github.com/seed-e117020a/ginkgo-vcr/.ci/markdown

go 1.24.0

require github.com/seed-e117020a/ginkgo-vcr v0.0.0

require (
	github.com/Masterminds/semver/v3 v3.4.0 // indirect
	github.com/andybalholm/brotli v1.0.0 // indirect
	github.com/klauspost/compress v1.18.5 // indirect
	github.com/onsi/ginkgo/v2 v2.27.2 // indirect
	github.com/theory/jsonpath v0.9.0 // indirect
	github.com/yuin/goldmark v1.8.7
	golang.org/x/text v0.28.0 // indirect
	gopkg.in/yaml.v3 v3.0.1 // indirect
)

replace github.com/seed-e117020a/ginkgo-vcr => ../..
