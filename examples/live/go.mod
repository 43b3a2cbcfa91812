module github.com/seed-e117020a/ginkgo-vcr/examples/live

go 1.25.0

tool (
	github.com/onsi/ginkgo/v2/ginkgo
	github.com/seed-e117020a/ginkgo-vcr/vcr/cmd/vcr
)

replace github.com/seed-e117020a/ginkgo-vcr => ../..

replace github.com/seed-e117020a/ginkgo-vcr/vcr/cmd/vcr => ../../vcr/cmd/vcr

require (
	github.com/onsi/ginkgo/v2 v2.34.0
	github.com/onsi/gomega v1.44.0
	github.com/seed-e117020a/ginkgo-vcr v0.0.0-00010101000000-000000000000
	gopkg.in/yaml.v3 v3.0.1
)

require (
	github.com/Masterminds/semver/v3 v3.4.0 // indirect
	github.com/andybalholm/brotli v1.0.0 // indirect
	github.com/go-logr/logr v1.4.3 // indirect
	github.com/go-task/slim-sprig/v3 v3.0.0 // indirect
	github.com/google/go-cmp v0.7.0 // indirect
	github.com/google/pprof v0.0.0-20260402051712-545e8a4df936 // indirect
	github.com/inconshreveable/mousetrap v1.1.0 // indirect
	github.com/klauspost/compress v1.18.5 // indirect
	github.com/seed-e117020a/ginkgo-vcr/vcr/cmd/vcr v0.0.0-00010101000000-000000000000 // indirect
	github.com/spf13/cobra v1.10.2 // indirect
	github.com/spf13/pflag v1.0.9 // indirect
	github.com/theory/jsonpath v0.9.0 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	golang.org/x/mod v0.36.0 // indirect
	golang.org/x/net v0.56.0 // indirect
	golang.org/x/sync v0.21.0 // indirect
	golang.org/x/sys v0.46.0 // indirect
	golang.org/x/text v0.38.0 // indirect
	golang.org/x/tools v0.45.0 // indirect
)
