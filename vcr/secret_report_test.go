package vcr_test

import (
	"fmt"
	"net/http"
	"os"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

var _ = Describe("The report on secrets", func() {
	const tape, unclaimed = "asks/the_origin.yaml", "by_hand.yaml"
	var w *world
	var key string

	BeforeEach(func() { w, key = newWorld(), drawnKey("ghp"+"_") })

	// byHand writes a cassette as somebody would who copies an exchange.
	byHand := func(name, suite string) {
		GinkgoHelper()
		c := &cassette.Cassette{Suite: suite, Interactions: []*cassette.Interaction{{
			Request:  cassette.Request{Method: http.MethodGet, URL: w.origin.URL + "/1", Header: http.Header{"Authorization": {"Bearer " + drawnKey("0wn-")}}},
			Response: cassette.Response{Status: http.StatusOK, Body: cassette.NewBody([]byte(`{"data":{"note":"use ` + key + `"}}`)), Header: http.Header{"Content-Type": {"application/json"}}},
		}}}
		err := c.Save(w.file(name))
		Expect(err).NotTo(HaveOccurred())
	}

	finds := func(name string, line int) []string {
		at := fmt.Sprintf("cassettes/%s: interaction 1 (line %d), ", name, line)
		return []string{
			at + "request header Authorization, because the name authorization alone is secret in headers",
			at + "response body $.data.note: GitHub token, because it has the format of one",
		}
	}

	DescribeTable("lists those that stand on tapes, in CI or where they fail the suite",
		func(processes string) {
			byHand(tape, "")
			byHand(unclaimed, "example.com/fixtures/scenarios") // in a folder that suites share
			byHand("of_others.yaml", "example.com/other")
			want := append(finds(tape, 3), finds(unclaimed, 4)...)
			heading := "4 secrets on tapes: rotate the key, then record these specs again or redact by hand"

			got := w.run("asks", "ASK=/1", "CI=true", processes)
			Expect(got.exit).To(Equal(0), got.output)
			Expect(section(got.output)).To(ContainSubstring("    " + heading + "\n      " + strings.Join(want, "\n      ") + "\n"))
			Expect(got.findings("secret")).To(Equal(want))
			Expect(got.output).To(holdNo(key))

			got = w.run("asks", "ASK=/1", "CONFIGURE=fail-on-secrets", processes)
			Expect(got.exit).To(Equal(1))
			Expect(got.output).To(ContainSubstring("the cassettes of this suite need care: secret (4); the section cassettes of the report lists them"))
			Expect(got.findings("secret")).To(Equal(want))
			Expect(got.output).To(holdNo(key))

			got = w.run("asks", "ASK=/1", processes)
			Expect(got.exit).To(Equal(0), got.output)
			Expect(got.findings("secret")).To(BeEmpty())
		},
		Entry("one process", "--procs=1"),
		Entry("-p", "--procs=2"),
	)

	DescribeTable("goes by the options of the spec, as the matcher and Explain do",
		func(option, explained, name, reason string) {
			run := func(settings ...string) result {
				return w.run("secret options", append(settings, "TENANT=tenant-4711abcd", "CONFIGURE=fail-on-secrets")...)
			}
			expectNothing := func(got result) {
				GinkgoHelper()
				Expect(got.exit).To(Equal(0), got.output)
				Expect(got.findings("secret")).To(BeEmpty())
				Expect(got.spec("say what is secret").ReportEntries).To(ContainElement(HaveField("Value.String()", "header x-auth-token: "+explained)))
			}
			expectNothing(run("OPTION=" + option))
			expectNothing(run("OPTION="+option, "CI=true"))
			expectNothing(run("OPTION="+option, "CI=true", "ON=suite"))
			expectSecret := func(got result, cassette string) {
				GinkgoHelper()
				if name == "" {
					Expect(got.findings("secret")).To(BeEmpty(), "the tape lists its replacements")
					return
				}
				Expect(got.exit).To(Equal(1))
				Expect(got.findings("secret")).To(ContainElement(And(HavePrefix("cassettes/"+cassette+": interaction "), HaveSuffix(name+", because "+reason))))
			}
			expectSecret(run("CI=true"), "options/say_what_is_secret.yaml")

			// A tape that no spec claims goes by the options of the suite.
			Expect(os.Rename(w.file("options/say_what_is_secret.yaml"), w.file(unclaimed))).To(Succeed())
			expectSecret(run("OPTION="+option, "VCR_RECORD_MODE=all"), unclaimed)
			expectNothing(run("OPTION="+option, "CI=true", "ON=suite"))
		},
		Entry("KeepHeaders", "KeepHeaders", "stays, because KeepHeaders names it",
			"X-Auth-Token", "names that end in token after auth are secret in headers"),
		Entry("RedactWith", "RedactWith", "replaced, because names that end in token after auth are secret in headers",
			"", ""),
	)

	DescribeTable("lists those that were found by the format alone, and are on no tape",
		func(processes string) {
			got := w.run("asks", "ASK=/notes/"+key+" /2", "CONFIGURE=fail-on-secrets", processes)
			Expect(got.exit).To(Equal(0), got.output)
			want := []string{
				"cassettes/" + tape + ": interaction 1, request URL: GitHub token",
				"cassettes/" + tape + ": interaction 1, response body: GitHub token",
			}
			Expect(got.findings("redacted")).To(Equal(want))
			place := fmt.Sprintf(" (%s)\n", got.spec("the origin").LeafNodeLocation)
			Expect(section(got.output)).To(ContainSubstring("2 secrets found by the format alone, and redacted: name the places with vcr.RedactHeaders, RedactQuery or RedactBody\n      " + strings.Join(want, place+"      ") + place))
			Expect(got.output).To(holdNo(key))
			Expect(w.read(tape)).To(And(holdNo(key), ContainSubstring("/notes/[redacted:github_token]")))

			got = w.run("asks", "ASK=/notes/dummy /2", "CI=true", processes)
			Expect(got.exit).To(Equal(0), got.output)
			Expect(got.output).NotTo(ContainSubstring("secret"))
		},
		Entry("one process", "--procs=1"),
		Entry("-p", "--procs=2"),
	)
})
