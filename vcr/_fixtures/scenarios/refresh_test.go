package scenarios_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

// Code that talks to a weather service, whose answers differ each time. It gives back what it
// gets: the id of a thread, and the text of a stream.
var _ = scenario("refresh", func() {
	vcr.Configure(options(os.Getenv("CONFIGURE"))...)
	Describe("weather", vcr.Recorded(), Label("live"), func() {
		for _, city := range []string{"Ankara", "Bonn", "Cairo", "Delhi"} {
			It("in "+city, func() {
				Expect(posted("/chat", map[string]any{"city": city})).NotTo(BeEmpty())
				if os.Getenv("END") == "kill" && city == "Cairo" {
					Eventually(func() ([]byte, error) { return os.ReadFile(os.Getenv("JOURNALED")) }, "20s").Should(ContainSubstring("--- # 1"))
					self, _ := os.FindProcess(os.Getpid())
					_ = self.Kill()
					select {}
				}
			})
		}
		It("is not hot", func() {
			var answer struct{ Degrees int }
			Expect(json.Unmarshal([]byte(posted("/chat", map[string]any{"city": "Oslo"})), &answer)).To(Succeed())
			Expect(answer.Degrees).To(BeNumerically("<", 30))
		})
		It("in a thread", func() {
			var thread struct{ ID string }
			Expect(json.Unmarshal([]byte(posted("/threads", nil)), &thread)).To(Succeed())
			Expect(posted("/threads/"+thread.ID+"/messages", "How warm is it?")).NotTo(BeEmpty())
		})
		It("in a stream", MustPassRepeatedly(2), func() {
			text := ""
			for line := range strings.SplitSeq(posted("/stream", "Hello"), "\n") {
				var event struct{ Delta string }
				if data, ok := strings.CutPrefix(line, "data: "); ok && json.Unmarshal([]byte(data), &event) == nil {
					text += event.Delta
				}
			}
			Expect(posted("/chat", []string{"Hello", text, "Why?"})).NotTo(BeEmpty())
		})
		It("line by line", func() { Expect(posted("/lines", "Hello")).NotTo(BeEmpty()) })
	})
})

// posted returns the answer to JSON, or why there is none.
func posted(path string, question any) string {
	GinkgoHelper()
	text, err := json.Marshal(question)
	Expect(err).NotTo(HaveOccurred())
	resp, err := vcr.Client().Post(origin(path), "application/json", bytes.NewReader(text))
	Expect(err).NotTo(HaveOccurred())
	answer := body(resp)
	if resp.StatusCode != http.StatusOK {
		return fmt.Sprint("status ", resp.StatusCode)
	}
	return answer
}
