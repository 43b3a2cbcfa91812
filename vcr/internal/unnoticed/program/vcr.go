//go:build vcr

package main

import _ "github.com/seed-e117020a/ginkgo-vcr/vcr"
