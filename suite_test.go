// Package ginkgovcr_test is the acceptance suite: each promise of the README is
// a Describe, recorded against an origin on this machine and replayed without
// it. The cassettes are committed as a user would commit them. To record them
// again:
//
//	ACCEPTANCE_API_KEY=any-key-at-all VCR_RECORD_MODE=all go test -count=1 .
package ginkgovcr_test

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/seed-e117020a/ginkgo-vcr/matchers"
	"github.com/seed-e117020a/ginkgo-vcr/vcr"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/vcrtest"
)

func TestAcceptance(t *testing.T) {
	RegisterFailHandler(Fail)
	vcr.Configure(vcr.Base(toOrigin{}), vcr.Dir(cmp.Or(os.Getenv("ACCEPTANCE_CASSETTES"), "cassettes")))
	RunSpecs(t, "ginkgo-vcr")
}

// api is the service that the specs talk to. Nobody has it: requests that are
// sent go to the origin on this machine.
const api = "https://api.example.com"

// origin serves what is recorded. A run that replays has none.
var origin *vcrtest.Origin

var _ = BeforeSuite(func() {
	if os.Getenv("VCR_RECORD_MODE") != "all" {
		return
	}
	origin = vcrtest.NewOrigin(service())
	DeferCleanup(origin.Close)
})

// toOrigin sends requests for api to the origin.
type toOrigin struct{}

var wire = &http.Transport{DisableKeepAlives: true}

func (toOrigin) RoundTrip(req *http.Request) (*http.Response, error) {
	if origin == nil {
		return nil, errors.New("a run that replays sent " + req.Method + " " + req.URL.String())
	}
	there, err := url.Parse(origin.URL)
	if err != nil {
		return nil, err
	}
	out := req.Clone(req.Context())
	out.URL.Scheme, out.URL.Host = there.Scheme, there.Host
	return wire.RoundTrip(out)
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
		Expect(vcr.Current()).To(HavePlayed(3))
	})
})

var _ = Describe("Code that was given no client", vcr.Recorded(), func() {
	It("is captured in http.DefaultClient", func() {
		resp, err := http.Get(api + "/echo/default")
		Expect(err).NotTo(HaveOccurred())
		Expect(read(resp)).To(HavePrefix("GET /echo/default"))
		Expect(vcr.Current()).To(HavePlayed(1))
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
		Expect(vcr.Current()).To(HavePlayed(2))
		Expect(vcr.Current()).To(HaveOnTape(2))
		Expect(vcr.Current()).To(HaveReplayedAllInteractions())
		Expect(vcr.Current()).To(HaveMadeNoLiveRequests())
	})
})

var _ = Describe("A cassette has its place from the spec's place in the tree", func() {
	path := func() string { return vcr.Current().Cassette() }

	When("a container is decorated", vcr.Recorded(), func() {
		It("has one for each spec", func() {
			get(client, "/echo/container")
			Expect(path()).To(HaveSuffix("a_cassette_has_its_place_from_the_spec_s_place_in_the_tree/when_a_container_is_decorated/has_one_for_each_spec.yaml"))
		})

		It("takes a name where one is given", vcr.Recorded(vcr.Name("renamed")), func() {
			get(client, "/echo/name")
			Expect(path()).To(HaveSuffix("when_a_container_is_decorated/renamed.yaml"))
		})
	})

	It("may be a single spec", vcr.Recorded(), func() {
		get(client, "/echo/spec")
		Expect(path()).To(HaveSuffix("/may_be_a_single_spec.yaml"))
	})

	It("may be said with a label", Label("vcr"), func() {
		get(client, "/echo/label")
		Expect(path()).To(HaveSuffix("/may_be_said_with_a_label.yaml"))
	})

	DescribeTable("has one for each entry of a table", vcr.Recorded(),
		func(name string) {
			get(client, "/echo/"+name)
			Expect(path()).To(HaveSuffix("has_one_for_each_entry_of_a_table/" + name + ".yaml"))
		},
		Entry("first", "first"),
		Entry("second", "second"),
	)

	Context("in an ordered container", Ordered, vcr.Recorded(), func() {
		var token string

		BeforeAll(func() {
			token = get(client, "/echo/before-all")
			Expect(path()).To(HaveSuffix("in_an_ordered_container/_container.yaml"))
		})

		It("keeps what BeforeAll did apart", func() {
			Expect(token).To(HavePrefix("GET /echo/before-all"))
			get(client, "/echo/ordered")
			Expect(path()).To(HaveSuffix("in_an_ordered_container/keeps_what_beforeall_did_apart.yaml"))
		})
	})
})

const (
	jsonType = "application/json"
	formType = "application/x-www-form-urlencoded"
)

func prompt(text string) string {
	return fmt.Sprintf(`{"model":"gpt-4o-mini","messages":[{"role":"user","content":%q}]}`, text)
}

// spelled returns what a spec sends: in the run that records it is spelled in
// another way than in every other run.
func spelled(recorded, replayed string) string {
	if len(vcr.Current().Snapshot().Loaded) > 0 {
		return replayed
	}
	return recorded
}

// call sends a request and returns the status and the body of the answer.
func call(client *http.Client, method, path, contentType, body string) (int, string) {
	GinkgoHelper()
	req, err := http.NewRequest(method, api+path, strings.NewReader(body))
	Expect(err).NotTo(HaveOccurred())
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	req.Header.Set("Authorization", "Bearer "+vcr.Getenv("ACCEPTANCE_API_KEY"))
	resp, err := client.Do(req)
	Expect(err).NotTo(HaveOccurred())
	return resp.StatusCode, read(resp)
}

func get(client *http.Client, path string) string {
	GinkgoHelper()
	status, body := call(client, http.MethodGet, path, "", "")
	Expect(status).To(Equal(http.StatusOK))
	return body
}

func read(resp *http.Response) string {
	GinkgoHelper()
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	Expect(err).NotTo(HaveOccurred())
	return string(body)
}

// tape returns the cassette of the current spec as it lies on the disk.
func tape() string {
	GinkgoHelper()
	text, err := os.ReadFile(vcr.Current().Cassette())
	if errors.Is(err, os.ErrNotExist) {
		return "" // in the run that records it is written after the spec
	}
	Expect(err).NotTo(HaveOccurred())
	return string(bytes.TrimSpace(text))
}

// service is what the acceptance suite is recorded from: a chat-completions API
// and a few endpoints that behave in the ways that promises are about.
func service() http.Handler {
	var polls atomic.Int64
	mux := http.NewServeMux()
	mux.Handle("/v1/", vcrtest.Chat())
	mux.HandleFunc("GET /poll", func(w http.ResponseWriter, _ *http.Request) {
		if n := polls.Add(1); n%3 == 0 {
			fmt.Fprint(w, "done")
			return
		}
		fmt.Fprint(w, "pending")
	})
	mux.HandleFunc("/echo/", func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		fmt.Fprintf(w, "%s %s %s", req.Method, req.URL.Path, body)
	})
	mux.HandleFunc("GET /bytes", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/octet-stream")
		_, _ = io.WriteString(w, oddBytes)
	})
	mux.HandleFunc("GET /busy", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "0")
		http.Error(w, `{"error":{"message":"slow down"}}`, http.StatusTooManyRequests)
	})
	mux.HandleFunc("POST /login", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Set-Cookie", "session=cookie-"+planted)
		fmt.Fprintf(w, `{"access_token":%q,"expires_in":3600}`, planted)
	})
	return mux
}

// oddBytes has what a text format is likely to lose.
var oddBytes = "\x00\x01 \t trailing blank \r\n\r\n" + strings.Repeat("\n", 3) + "\u0085\u2028\ufeff\xff\xfe no final newline"

// planted is a secret that the service hands out. It must not be on any tape.
const planted = "planted-" + "secret-value"
