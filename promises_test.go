package ginkgovcr_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/seed-e117020a/ginkgo-vcr/matchers"
	"github.com/seed-e117020a/ginkgo-vcr/vcr"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
)

const (
	jsonType = "application/json"
	formType = "application/x-www-form-urlencoded"
)

func prompt(text string) string {
	return fmt.Sprintf(`{"model":"gpt-4o-mini","messages":[{"role":"user","content":%q}]}`, text)
}

// A package variable is the first of the places where suites build clients.
var client = vcr.Client()

var _ = Describe("Every later run answers from the cassette", vcr.Recorded(), func() {
	It("gives the answer of the first run", func() {
		status, body := call(client, "POST", "/v1/chat/completions", jsonType, prompt("What is the capital of France?"))
		Expect(status).To(Equal(http.StatusOK))
		Expect(body).To(ContainSubstring("Paris is the capital of France."))
		Expect(vcr.Current()).To(HaveReplayedAllInteractions())
		Expect(vcr.Current()).To(HaveMadeNoLiveRequests())
	})

	It("gives it to the byte", func() {
		Expect(get(client, "/bytes")).To(Equal(oddBytes))
	})

	It("gives errors as well", func() {
		status, body := call(client, "GET", "/busy", "", "")
		Expect(status).To(Equal(http.StatusTooManyRequests))
		Expect(body).To(ContainSubstring("slow down"))
	})

	It("gives a stream event by event", func() {
		req, err := http.NewRequest("POST", api+"/v1/chat/completions", strings.NewReader(
			`{"model":"gpt-4o-mini","stream":true,"messages":[{"role":"user","content":"What is the capital of France?"}]}`))
		Expect(err).NotTo(HaveOccurred())
		req.Header.Set("Content-Type", jsonType)
		req.Header.Set("Authorization", "Bearer "+vcr.Getenv("ACCEPTANCE_API_KEY"))
		resp, err := client.Do(req)
		Expect(err).NotTo(HaveOccurred())
		defer resp.Body.Close()
		var events []string
		for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				events = append(events, data)
			}
		}
		Expect(len(events)).To(BeNumerically(">", 3))
		Expect(events[len(events)-1]).To(Equal("[DONE]"))
	})
})

// spelled returns what a spec sends: in the run that records it is spelled in
// another way than in every other run.
func spelled(recorded, replayed string) string {
	if len(vcr.Current().Snapshot().Loaded) > 0 {
		return replayed
	}
	return recorded
}

var _ = Describe("A request matches by what it means", vcr.Recorded(), func() {
	It("JSON by value", func() {
		_, body := call(client, "POST", "/v1/chat/completions", jsonType, spelled(
			prompt("Hello"),
			`{ "messages": [ {"content": "Hell\u006f", "role": "user"} ], "model": "gpt-4o-mini" }`))
		Expect(body).To(ContainSubstring("Hello"))
	})

	It("forms by field and URLs by parameter", func() {
		_, body := call(client, "POST", spelled("/echo/form?b=2&a=1", "/echo/form?a=1&b=2"), formType, spelled("x=1&y=two+words", "y=two%20words&x=1"))
		Expect(body).To(ContainSubstring("POST /echo/form"))
	})
})

var _ = Describe("Rules say what may differ", vcr.Recorded(vcr.IgnoreQuery("session")), func() {
	It("on a container and on a spec, which adds to it", vcr.Recorded(vcr.IgnoreBody("$.user", "$.messages[*].id"), vcr.NormalizeText(match.UUIDs)), func() {
		_, body := call(client, "POST", spelled("/echo/rules?session=1", "/echo/rules?session=2"), jsonType, spelled(
			`{"user":"ada","messages":[{"id":1,"content":"See 123e4567-e89b-12d3-a456-426614174000."}]}`,
			`{"messages":[{"id":2,"content":"See 00112233-4455-6677-8899-aabbccddeeff."}]}`))
		Expect(body).To(HavePrefix("POST /echo/rules"))
	})

	It("for a host, and by a function", vcr.Recorded(
		vcr.ForHost("api.example.com", vcr.MatchOn(match.Method, match.Path)),
		vcr.MatchFunc(func(sent *http.Request, recorded cassette.Request) bool {
			return sent.Header.Get("X-Tenant") == recorded.Header.Get("X-Tenant")
		}),
	), func() {
		ask := func(tenant, body string) string {
			req, err := http.NewRequest("POST", api+"/echo/tenants", strings.NewReader(body))
			Expect(err).NotTo(HaveOccurred())
			req.Header.Set("X-Tenant", tenant)
			resp, err := client.Do(req)
			Expect(err).NotTo(HaveOccurred())
			return read(resp)
		}
		first, second := spelled("one", "two"), spelled("two", "one")
		Expect(ask(first, spelled("of one", "what does not count"))).To(HaveSuffix("of " + first))
		Expect(ask(second, spelled("of two", "what does not count"))).To(HaveSuffix("of " + second))
	})
})

var _ = Describe("Each recording is played once, in order", vcr.Recorded(), func() {
	It("so that a loop that polls sees what it saw", func() {
		Expect([]string{get(client, "/poll"), get(client, "/poll"), get(client, "/poll")}).To(Equal([]string{"pending", "pending", "done"}))
		Expect(vcr.Current()).To(HaveReplayedInteractions(3))
	})
})

var _ = Describe("Code that was given no client", vcr.Recorded(), func() {
	It("is captured in http.DefaultClient", func() {
		resp, err := http.Get(api + "/echo/default")
		Expect(err).NotTo(HaveOccurred())
		Expect(read(resp)).To(HavePrefix("GET /echo/default"))
		Expect(vcr.Current()).To(HaveReplayedInteractions(1))
	})
})

var _ = Describe("Secrets do not reach the tape", vcr.Recorded(), func() {
	It("neither the key nor what the service hands out", func() {
		status, body := call(client, "POST", "/login?api_key=query-"+planted, jsonType, `{"user":"ada","password":"body-`+planted+`"}`)
		Expect(status).To(Equal(http.StatusOK))
		Expect(body).To(ContainSubstring("expires_in"))
		Expect(tape()).NotTo(ContainSubstring(planted))
		Expect(tape()).NotTo(ContainSubstring(vcr.Getenv("ACCEPTANCE_API_KEY")))
		if text := tape(); text != "" {
			Expect(text).To(ContainSubstring("[redacted:authorization]"))
			Expect(text).To(ContainSubstring("[redacted:access_token]"))
			Expect(text).To(ContainSubstring("[redacted:password]"))
			Expect(text).To(ContainSubstring("api_key=[redacted:api_key]"))
		}
	})

	It("nor what was told under a name and stands elsewhere", func() {
		_, body := call(client, "POST", "/login", jsonType, `{"user":"ada"}`)
		var answer struct {
			Token string `json:"access_token"`
		}
		Expect(json.Unmarshal([]byte(body), &answer)).To(Succeed())
		// While replaying the token is a placeholder, and matches when it is sent back.
		_, echo := call(client, "POST", "/echo/"+url.PathEscape(answer.Token)+"/items?of="+url.QueryEscape(answer.Token), jsonType, `{"note":"it is `+answer.Token+`"}`)
		Expect(echo).To(HaveSuffix(`/items {"note":"it is ` + answer.Token + `"}`))
		Expect(tape()).NotTo(ContainSubstring(planted))
		if text := tape(); text != "" {
			Expect(text).To(ContainSubstring("/echo/[redacted:access_token]/items?of=[redacted:access_token]"))
		}
		Expect(vcr.Current()).To(HaveNoSecrets())
	})
})

var _ = Describe("Matchers assert on what was played", vcr.Recorded(), func() {
	It("and pass unchanged in a run that records", func() {
		get(client, "/echo/one")
		call(client, "POST", "/echo/two", "text/plain", "two")
		Expect(vcr.Current()).To(HaveReplayedInteractions(2))
		Expect(vcr.Current()).To(HaveRecordedInteractions(2))
		Expect(vcr.Current()).To(HaveReplayedAllInteractions())
		Expect(vcr.Current()).To(HaveMadeNoLiveRequests())
	})
})
