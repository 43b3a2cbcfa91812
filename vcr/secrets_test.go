package vcr_test

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/vcrtest"
)

// drawnKey is put together at run time, so that no file holds what looks like a key.
func drawnKey(prefix string) string { return prefix + strings.Repeat("a1B2c3D4", 5) }

// holdNo matches texts that hold a secret in no form.
func holdNo(secret string) types.GomegaMatcher {
	shown := []types.GomegaMatcher{
		ContainSubstring(secret), ContainSubstring(url.QueryEscape(secret)), ContainSubstring(hex.EncodeToString([]byte(secret))),
	}
	for before := range 3 {
		encoded := base64.StdEncoding.EncodeToString([]byte("abc"[:before] + secret + "z"))
		shown = append(shown, ContainSubstring(encoded[4:len(encoded)-4]))
	}
	return Not(Or(shown...))
}

// everything returns each file in the folder of a world, but for the binary.
func (w *world) everything() (texts []string) {
	GinkgoHelper()
	Expect(filepath.WalkDir(w.dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) == ".test" {
			return err
		}
		text, err := os.ReadFile(path)
		texts = append(texts, string(text))
		return err
	})).To(Succeed())
	return texts
}

var processesOf = []TableEntry{Entry("one process"), Entry("-p", "--procs=2")}

var _ = Describe("An option about secrets", func() {
	const tape = "options/say_what_is_secret.yaml"
	const tenant = "tenant-" + "4711abcd"

	const other = "tenant-" + "0815efgh"

	DescribeTable("takes effect, and what it hides may be another value in replay",
		func(option, inReplay string, on, off []string) {
			w := newWorld()
			got := w.run("secret options", "OPTION="+option, "TENANT="+tenant)
			Expect(got.exit).To(Equal(0), got.output)
			for _, text := range on {
				Expect(w.read(tape)).To(ContainSubstring(text))
			}
			for _, text := range off {
				Expect(w.read(tape)).NotTo(ContainSubstring(text))
			}
			for _, processes := range []string{"--procs=1", "--procs=2"} {
				got = w.run("secret options", "OPTION="+option, "TENANT="+inReplay, "CI=true", processes)
				Expect(got.exit).To(Equal(0), got.output)
				Expect(got.served).To(Equal(0))
			}
		},
		Entry("none", "", tenant, []string{"?tenant=" + tenant, `X-Tenant: [` + tenant, `"name":"` + tenant, `"age":4711081536`, `X-Auth-Token: ["[redacted:x-auth-token]"]`, "?page_secret=[redacted:page_secret]", `{"door":{"password":"[redacted:password]"},"password":"[redacted:password:2]"}`}, []string{"open-sesame"}),
		Entry("RedactHeaders", "RedactHeaders", other, []string{`X-Tenant: ["[redacted:x-tenant]"]`, "/tenants/[redacted:x-tenant]?tenant=[redacted:x-tenant]", `"name":"[redacted:x-tenant]"`}, []string{tenant}),
		Entry("RedactQuery", "RedactQuery", other, []string{"/tenants/[redacted:tenant]?tenant=[redacted:tenant]", `X-Tenant: ["[redacted:tenant]"]`}, []string{tenant}),
		Entry("RedactBody", "RedactBody", other, []string{`"name":"[redacted:name]"`, `"age":0`}, []string{tenant, "4711081536"}),
		Entry("KeepHeaders", "KeepHeaders", tenant, []string{"X-Auth-Token: [open-sesame]"}, nil),
		Entry("KeepQuery", "KeepQuery", tenant, []string{"?page_secret=third"}, []string{"mellon", "durin"}),
		Entry("KeepBody", "KeepBody", tenant, []string{`{"door":{"password":"mellon"},"password":"durin"}`}, []string{"third"}),
		Entry("KeepBody, a path", "KeepBody, a path", tenant, []string{`{"door":{"password":"mellon"},"password":"[redacted:password]"}`}, []string{"third", "durin"}),
		Entry("RedactWith, whose text is no pattern", "RedactWith", tenant, []string{"/tenants/hidden-tenant?tenant=hidden-tenant", "X-Tenant: [hidden-tenant]"}, []string{tenant}),
		Entry("SecretVariables", "SecretVariables", other, []string{"/tenants/[redacted:secret]", `X-Tenant: ["[redacted:secret]"]`}, []string{tenant}),
	)
})

var _ = Describe("A secret in the environment", func() {
	DescribeTable("is known because its variable has a secret name, and shown nowhere",
		func(flags ...string) {
			w, key := newWorld(), drawnKey("0wn-")
			for _, settings := range [][]string{{}, {"END=fail"}, {"VCR_RECORD_MODE=all"}, {"VCR_RECORD_MODE=live"}, {"CI=true"}} {
				settings = append(settings, "OWN_API_KEY="+key, "-v", "--junit-report=junit.xml", "--json-report=kept.json")
				got := w.run("secret variable", append(settings, flags...)...)
				Expect(got.output).To(ContainSubstring("is sent"))
				Expect(got.output).To(holdNo(key))
				Expect(filepath.Join(w.dir, "kept.json")).To(BeAnExistingFile())
				for _, text := range w.everything() {
					Expect(text).To(holdNo(key))
				}
				Expect(w.read("variable/is_sent.yaml")).To(ContainSubstring("/[redacted:secret]?mine=[redacted:secret]"))
			}
		},
		processesOf,
	)

	It("is not in a miss", func() {
		w, key := newWorld(), drawnKey("0wn-")
		w.tape("variable/is_sent.yaml", "GET /other")
		got := w.run("secret variable", "OWN_API_KEY="+key, "CI=true")
		Expect(got.exit).To(Equal(1))
		message := got.spec("is sent").Failure.Message
		Expect(message).To(HavePrefix("cassettes/variable/is_sent.yaml: no recording for POST " + w.origin.URL + "/[redacted:secret]?mine=[redacted:secret]\n"))
		Expect(message).To(holdNo(key))
	})
})

// tokens is a service that hands out tokens and knows them again.
func tokens(w *world, token string) {
	w.origin = vcrtest.NewOrigin(http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		if req.URL.Path == "/login" {
			rw.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(rw, `{"access_token":%q,"expires_in":3600}`, token)
			return
		}
		if strings.HasPrefix(req.URL.Path, "/items/"+token) && strings.Contains(string(body), token) || strings.HasPrefix(req.URL.Path, "/bot") {
			fmt.Fprint(rw, "welcome")
		}
	}))
	DeferCleanup(w.origin.Close)
}

var _ = Describe("A secret that stands for another one in replay", func() {
	It("is a token that code sends back, and a part of a path", func() {
		w, token, bot := newWorld(), drawnKey("t0ken/+"), drawnKey("b0t")
		tokens(w, token)
		got := w.run("secret token", "BOT="+bot)
		Expect(got.exit).To(Equal(0), got.output)
		tape := w.read("token/is_sent_back.yaml")
		Expect(tape).To(And(holdNo(token), holdNo(bot)))
		for _, settings := range [][]string{{"BOT=dummy"}, {"BOT=dummy", "--procs=2"}, {"BOT=" + bot}, {"BOT=" + drawnKey("an0ther")}} {
			got = w.run("secret token", append(settings, "CI=true")...)
			Expect(got.exit).To(Equal(0), got.output)
			Expect(got.served).To(Equal(0))
		}
	})

	DescribeTable("is learned in a BeforeSuite or BeforeAll and used in a spec", func(processes string) {
		w, token := newWorld(), drawnKey("handed")
		tokens(w, token)
		got := w.run("secret handed down", processes)
		Expect(got.exit).To(Equal(0), got.output)
		for _, tape := range w.everything() {
			Expect(tape).To(holdNo(token))
		}
		got = w.run("secret handed down", processes, "CI=true")
		Expect(got.exit).To(Equal(0), got.output)
		Expect(got.served).To(Equal(0))

		Expect(os.Remove(w.file("handed_down/to_a_spec.yaml"))).To(Succeed())
		got = w.run("secret handed down", processes) // the logins are replayed
		Expect(got.exit).To(Equal(1))
		Expect(got.served).To(Equal(0))
		Expect(got.spec("to a spec").Failure.Message).To(ContainSubstring("would be recorded with a placeholder that a replayed answer gave to the code; record both in one run, with VCR_RECORD_MODE=all"))
		got = w.run("secret handed down", processes, "VCR_RECORD_MODE=all")
		Expect(got.exit).To(Equal(0), got.output)
	}, Entry("one process", "--procs=1"), Entry("-p", "--procs=2"))

	It("is restored where code reads it, and matches when it is sent back", func() {
		claims := func(subject string) string {
			return "e30." + base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"`+subject+`"}`)) + ".c2ln"
		}
		w := newWorld()
		token := claims(drawnKey("ada"))
		tokens(w, token)
		got := w.run("secret restored")
		Expect(got.exit).To(Equal(0), got.output)
		Expect(w.read("restored/is_decoded.yaml")).To(holdNo(token))
		for _, processes := range []string{"--procs=1", "--procs=2"} {
			got = w.run("secret restored", "CI=true", processes)
			Expect(got.exit).To(Equal(0), got.output)
			Expect(got.served).To(Equal(0))
			Expect(got.spec("is decoded").ReportEntries).To(ContainElement(HaveField("Value.String()", `{"sub":"somebody"}`)))
		}
	})

	It("is a signature of AWS", func() {
		w := newWorld()
		key, signature := "AKI"+"A"+strings.Repeat("Q7", 8), strings.Repeat("0f", 32)
		got := w.run("secret signature", "AWS_KEY="+key, "DATE=20260101", "SIGNATURE="+signature)
		Expect(got.exit).To(Equal(0), got.output)
		Expect(w.read("signature/is_another_one_each_time.yaml")).To(And(holdNo(key), holdNo(signature)))
		got = w.run("secret signature", "AWS_KEY=AKI"+"A"+strings.Repeat("Z3", 8), "DATE=20270202", "SIGNATURE="+strings.Repeat("1e", 32), "CI=true")
		Expect(got.exit).To(Equal(0), got.output)
		Expect(got.served).To(Equal(0))
	})
})
