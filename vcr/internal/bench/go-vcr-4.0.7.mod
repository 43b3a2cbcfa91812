module github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench

go 1.26.0

require (
	github.com/google/go-replayers/httpreplay v1.2.0
	github.com/seed-e117020a/ginkgo-vcr v0.0.0-00010101000000-000000000000
	gopkg.in/dnaeon/go-vcr.v4 v4.0.7
	gopkg.in/yaml.v3 v3.0.1
)

require (
	cloud.google.com/go v0.110.2 // indirect
	cloud.google.com/go/iam v0.13.0 // indirect
	cloud.google.com/go/storage v1.29.0 // indirect
	github.com/andybalholm/brotli v1.2.8 // indirect
	github.com/golang/snappy v0.0.4 // indirect
	github.com/google/martian/v3 v3.3.2 // indirect
	github.com/googleapis/gax-go/v2 v2.11.0 // indirect
	github.com/klauspost/compress v1.20.3 // indirect
	go.yaml.in/yaml/v4 v4.0.0-rc.6 // indirect
	golang.org/x/net v0.59.0 // indirect
	golang.org/x/oauth2 v0.37.0 // indirect
	golang.org/x/text v0.42.0 // indirect
	golang.org/x/xerrors v0.0.0-20240903120638-7835f813f4da // indirect
	google.golang.org/api v0.126.0 // indirect
	google.golang.org/grpc v1.55.0 // indirect
	google.golang.org/protobuf v1.31.0 // indirect
)

replace github.com/seed-e117020a/ginkgo-vcr => ../../..
