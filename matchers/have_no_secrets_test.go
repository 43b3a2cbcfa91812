package matchers_test

import (
	"net/http"
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/seed-e117020a/ginkgo-vcr/matchers"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

var _ = Describe("HaveNoSecrets", func() {
	// Put together at run time, so that no scanner finds it in this file.
	secret := "ghp" + "_0123456789abcdefghijklmnopqrstuvwxyzABCD"[:37]

	tape := func(name, value string) *cassette.Cassette {
		return &cassette.Cassette{Interactions: []*cassette.Interaction{{
			Request:  cassette.Request{Method: "GET", URL: "https://api.example.com/", Header: http.Header{name: {value}}},
			Response: cassette.Response{Status: 200},
		}}}
	}

	It("looks at a cassette", func() {
		Expect(tape("Authorization", "[redacted:authorization]")).To(HaveNoSecrets())
		Expect(tape("X-Note", secret)).NotTo(HaveNoSecrets())
		Expect(tape("Authorization", "Bearer of-mine-and-nobody-elses")).NotTo(HaveNoSecrets())
	})

	It("looks at all cassettes in a folder", func() {
		dir := GinkgoT().TempDir()
		for file, c := range map[string]*cassette.Cassette{"a.yaml": tape("X-Note", "fine"), "deep/b.yaml": tape("X-Note", secret)} {
			err := c.Save(filepath.Join(dir, file))
			Expect(err).NotTo(HaveOccurred())
		}
		Expect(filepath.Join(dir, "a.yaml")).To(HaveNoSecrets())
		matcher := HaveNoSecrets()
		Expect(matcher.Match(dir)).To(BeFalse())
		Expect(matcher.FailureMessage(dir)).To(Equal("Expected " + dir + `
    to have no secrets:
    ` + filepath.ToSlash(dir) + `/deep/b.yaml: interaction 1 (line 3), request header X-Note: GitHub token, because it has the format of one
    rotate the keys, then record the specs again or redact by hand`))
		Expect(matcher.FailureMessage(dir)).NotTo(ContainSubstring(secret))
	})

	It("looks at a recording", func() {
		matcher := HaveNoSecrets()
		Expect(matcher.Match(recorder.Snapshot{Cassette: "tape.yaml", Loaded: tape("X-Note", "fine").Interactions})).To(BeTrue())
		Expect(matcher.NegatedFailureMessage(nil)).To(Equal("Expected tape.yaml\n    to have secrets; there are none"))
		Expect(recorder.Snapshot{Cassette: "tape.yaml", Loaded: tape("X-Note", secret).Interactions}).NotTo(HaveNoSecrets())
	})

	It("fails with an error where it cannot look", func() {
		for actual, want := range map[any]string{
			"nowhere":                 "nowhere: no such file or directory",
			GinkgoT().TempDir():       "holds no cassettes; give the folder in which they are",
			7:                         "or the path of a cassette or of a folder, or a *cassette.Cassette",
			(*cassette.Cassette)(nil): "the actual value is a nil cassette",
		} {
			_, err := HaveNoSecrets().Match(actual)
			Expect(err).To(MatchError(ContainSubstring(want)))
		}
	})
})
