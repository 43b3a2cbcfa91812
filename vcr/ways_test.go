package vcr_test

import (
	"os"
	"regexp"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"
)

var _ = Describe("The table of ways to send", func() {
	manual, err := os.ReadFile("doc.go")
	if err != nil {
		panic(err)
	}
	rows := regexp.MustCompile(`(?m)^//\t(.*?) +(captured|refused|unseen)$`).FindAllStringSubmatch(string(manual), -1)

	It("has a row for each way", func() {
		w := newWorld()
		for n, r := range []result{w.run("ways to send"), w.run("ways to send", "CI=true")} {
			Expect(rows).To(HaveLen(len(ways(r)))) // of https
			unseen := 0
			for _, row := range rows {
				spec := r.spec(row[1])
				switch row[2] {
				case "captured":
					Expect(spec.State).To(Equal(types.SpecStatePassed), row[1])
					Expect(r.spec(row[1]+", HTTP").State).To(Equal(types.SpecStatePassed), row[1])
				case "refused":
					Expect(spec.State).To(Equal(types.SpecStateFailed), row[1])
					if n == 0 { // in replay it is a miss, which comes first
						Expect(spec.FailureMessage()).To(ContainSubstring("hand vcr.Client() to th"), row[1])
					}
				case "unseen":
					unseen++
					Expect(spec.State).To(Equal(types.SpecStatePassed), row[1])
				}
			}
			if n > 0 {
				Expect(r.served).To(Equal(unseen), "what is captured is not sent in replay")
			}
		}
	})
})

// ways returns the texts of the specs but for those of HTTP.
func ways(r result) (texts []string) {
	for _, spec := range r.report.SpecReports.WithLeafNodeType(types.NodeTypeIt) {
		if !strings.HasSuffix(spec.LeafNodeText, ", HTTP") {
			texts = append(texts, spec.LeafNodeText)
		}
	}
	return texts
}
