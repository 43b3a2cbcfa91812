package project_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// root is the root of the module, seen from this package.
const root = "../../.."

// modulePath is the start of our own import paths.
const modulePath = "github.com/seed-e117020a/ginkgo-vcr"

func TestProject(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "project")
}
