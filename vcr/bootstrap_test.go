package vcr_test

import (
	"os"
	"os/exec"
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var _ = Describe("The template for ginkgo bootstrap", func() {
	const template = "../examples/bootstrap/suite.tmpl"

	It("names the line for .gitattributes that the README names", func() {
		const line = "**/cassettes/** -text -merge"
		Expect(os.ReadFile(template)).To(ContainSubstring("//\t" + line + "\n"))
		Expect(os.ReadFile("../README.md")).To(ContainSubstring("`" + line + "`"))
		Expect(os.ReadFile("../.gitattributes")).To(ContainSubstring(line + "\n"))
	})

	DescribeTable("makes a suite that records and replays", func(imports, prefix string, flags ...string) {
		w := newWorld()
		path, err := filepath.Abs(template)
		Expect(err).NotTo(HaveOccurred())
		w.dir = filepath.Join(newModule(), "web_shop")
		Expect(os.Mkdir(w.dir, 0o777)).To(Succeed())
		command(w.dir, ginkgoBinary, append([]string{"bootstrap", "--template", path}, flags...)...)
		Expect(filepath.Join(w.dir, "web_shop_suite_test.go")).To(BeARegularFile())
		Expect(os.WriteFile(filepath.Join(w.dir, "shop_test.go"), []byte(`package web_shop_test

import (
	"net/http"
	"os"

	`+imports+`

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

var _ = `+prefix+`It("sells", func() {
	resp, err := vcr.Client().Get(os.Getenv("ORIGIN") + "/shop")
	if err != nil {
		`+prefix+`Fail(err.Error())
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		`+prefix+`Fail(resp.Status)
	}
})
`), 0o600)).To(Succeed())

		command(w.dir, "go", "vet", ".")
		run := func(environment ...string) {
			GinkgoHelper()
			cmd := exec.Command("go", "test", "-count=1", ".")
			cmd.Dir, cmd.Env = w.dir, append(w.environment(""), environment...)
			output, err := cmd.CombinedOutput()
			Expect(err).NotTo(HaveOccurred(), string(output))
		}
		run()
		Expect(w.origin.Served()).To(Equal(1))
		Expect(w.tapes()).To(Equal(rack{"sells.yaml": {"GET /shop"}}))
		run("CI=true")
		Expect(w.origin.Served()).To(Equal(1))
	},
		Entry("with dot imports", `. "github.com/onsi/ginkgo/v2"`, ""),
		Entry("without dot imports", `"github.com/onsi/ginkgo/v2"`, "ginkgo.", "--nodot"),
	)
})
