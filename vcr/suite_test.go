package vcr_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func TestVCR(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "vcr")
}
