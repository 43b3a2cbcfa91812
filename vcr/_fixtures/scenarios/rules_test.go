package scenarios_test

import (
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
)

// turned replaces TURN in a text by a digit that differs in each run.
func turned(text string) string { return strings.ReplaceAll(text, "TURN", os.Getenv("TURN")) }

// inTurn returns first in the first run and second in the second.
func inTurn[T any](first, second T) T {
	if os.Getenv("TURN") == "2" {
		return second
	}
	return first
}

// sends returns a function for a spec that sends a request. Each header is
// "Name: value".
func sends(method, path, body string, headers ...string) func() {
	return func() {
		GinkgoHelper()
		req, err := http.NewRequest(method, origin(turned(path)), strings.NewReader(turned(body)))
		Expect(err).NotTo(HaveOccurred())
		for _, header := range headers {
			name, value, _ := strings.Cut(header, ": ")
			req.Header.Add(name, turned(value))
		}
		if resp, err := vcr.Client().Do(req); err == nil {
			_, _ = io.Copy(io.Discard, resp.Body)
			_ = resp.Body.Close()
		}
	}
}

func posts(contentType, body string) func() {
	return sends("POST", "/", body, "Content-Type: "+contentType)
}

// uploads posts fields, each "name=value", as multipart. The boundary differs in each
// run.
func uploads(fields ...string) func() {
	return func() {
		var body strings.Builder
		writer := multipart.NewWriter(&body)
		for _, field := range fields {
			name, value, _ := strings.Cut(field, "=")
			Expect(writer.WriteField(name, value)).To(Succeed())
		}
		file, err := writer.CreateFormFile("file", "speech.wav")
		Expect(err).NotTo(HaveOccurred())
		_, _ = io.WriteString(file, "RIFF\x00\xff")
		Expect(writer.Close()).To(Succeed())
		posts(writer.FormDataContentType(), body.String())()
	}
}

const (
	jsonType = "application/json"
	formType = "application/x-www-form-urlencoded"
	uuid     = "123e4567-e89b-12d3-a456-42661417400TURN"
)

// Specs whose requests differ in each run. Those that "see" the difference miss.
var _ = scenario("rules", func() {
	vcr.Configure(vcr.IgnoreQuery("suite"))
	Describe("rules", vcr.Recorded(vcr.IgnoreQuery("container")), func() {
		It("add up", vcr.Recorded(vcr.IgnoreQuery("spec"), vcr.ForHost("127.0.0.1", vcr.IgnoreQuery("host"))),
			sends("GET", "/?suite=TURN&container=TURN&spec=TURN&host=TURN", ""))
		It("of another spec do not hold and see", sends("GET", "/?suite=TURN&container=TURN&spec=TURN", ""))
		It("of another host do not hold and see", vcr.Recorded(vcr.ForHost("example.com", vcr.IgnoreQuery("host"))),
			sends("GET", "/?suite=TURN&host=TURN", ""))

		ignore := vcr.IgnoreBody("$.user", "$.items[*].id", "$.messages[?@.role == 'system']")
		const body = `{"user":"TURN","items":[{"id":TURN},{"id":"TURN"}],"messages":[{"role":"system","content":"TURN"},{"role":"user","content":"Hi"}]}`
		It("ignore parts of JSON", vcr.Recorded(ignore), posts(jsonType, body))
		It("see other parts of JSON", vcr.Recorded(ignore), posts(jsonType, `{"user":"TURN","messages":[{"role":"user","content":"Hi TURN"}]}`))
		It("ignore parts of a form", vcr.Recorded(ignore), posts(formType, `a=1&user=TURN&items=[{"id":TURN}]&messages=[{"role":"system","content":"TURN"}]`))
		It("see other parts of a form", vcr.Recorded(ignore), posts(formType, `user=TURN&name=ada+TURN`))
		It("ignore parts of multipart", vcr.Recorded(ignore), uploads("a=1", "user=TURN", `items=[{"id":TURN,"n":1}]`, `messages=[{"role":"system","content":"TURN"}]`))
		It("see other parts of multipart", vcr.Recorded(ignore), uploads("user=TURN", `options={"language":"TURN"}`))
		It("read no JSON where there is none and see", vcr.Recorded(ignore), posts(jsonType, `{"user":"TURN"`))
		It("do not see spacing", posts(jsonType, inTurn(`{"a":1, "b":[1,2]}`, `{ "b": [1.0, 2], "a":  1 }`)))

		It("normalise texts", vcr.Recorded(vcr.NormalizeText(match.UUIDs), vcr.NormalizeText(strings.ToLower)),
			posts(jsonType, `{"id":"`+uuid+`","text":"`+inTurn("Hi", "HI")+`"}`))
		It("normalise bodies", vcr.Recorded(vcr.NormalizeBody(match.UnixTimestamps)), posts(jsonType, `{"at":173200000TURN}`))
		It("do not normalise by themselves and see", posts(jsonType, `{"id":"`+uuid+`"}`))

		noise := []string{"User-Agent: client/TURN", "X-Stainless-Retry-Count: TURN", "Idempotency-Key: TURN", "Traceparent: TURN", "Authorization: Bearer TURN"}
		all := vcr.MatchOn(match.Method, match.URL, match.Body, match.Header())
		It("leave out the noise of headers", vcr.Recorded(all, vcr.IgnoreHeaders("X-Own", "X-Id-*")), sends("GET", "/", "", append(noise, "X-Own: TURN", "X-Id-One: TURN")...))
		It("count headers and see", vcr.Recorded(all), sends("GET", "/", "", append(noise, "Accept: TURN")...))
	})
})

// Requests that only a function can tell apart.
var _ = scenario("match func", func() {
	var asked []string
	byTurn := func(sent *http.Request, recorded cassette.Request) bool {
		body, _ := io.ReadAll(sent.Body)
		asked = append(asked, fmt.Sprintf("%s with %s: %s with %s", sent.Header.Get("X-Turn"), body, recorded.Header.Get("X-Turn"), recorded.Header.Get("Authorization")))
		return sent.Header.Get("X-Turn") == recorded.Header.Get("X-Turn")
	}
	It("chooses", vcr.Recorded(vcr.MatchFunc(byTurn)), func() {
		sends("GET", "/another", "", "X-Turn: 0", "Authorization: Bearer a-secret-of-some-length")()
		for turn := range strings.FieldsSeq(os.Getenv("TURNS")) {
			sends("POST", "/", "the body", "X-Turn: "+turn, "Authorization: Bearer a-secret-of-some-length")()
		}
		AddReportEntry("asked", strings.Join(asked, "\n"))
	})
})

var _ = scenario("looseness", func() {
	It("is told", vcr.Recorded(vcr.IgnoreBody("$.user"), vcr.IgnoreQuery("page")), func() {
		sends("POST", "/v1/chat?page=1", `{"model":"small","user":"ada"}`, "Content-Type: "+jsonType)()
		unseen, err := vcr.Current().Looseness()
		Expect(err).NotTo(HaveOccurred())
		AddReportEntry("looseness", strings.Join(unseen, "\n"))
	})
	It("is not known where nothing is recorded", func() {
		_, err := vcr.Current().Looseness()
		Expect(err).To(MatchError(vcr.ErrNotRecording))
	})
})
