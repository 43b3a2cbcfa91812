package scenarios_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
)

var _ = match.Method // remedies name the package

// Specs with a miss in the second run. The printed remedy mends each of them when it is
// pasted in place of the decorator.
var _ = scenario("pasted", func() {
	Describe("pasted", func() {
		It("an own server", vcr.Recorded(), func() {
			server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { _, _ = rw.Write([]byte("hello")) }))
			DeferCleanup(server.Close)
			resp, err := vcr.Client().Get(server.URL + "/health?full=1")
			Expect(err).NotTo(HaveOccurred())
			Expect(body(resp)).To(Equal("hello"))
		})
		It("a parameter", vcr.Recorded(), sends("GET", "/?page=TURN", ""))
		It("a value in JSON", vcr.Recorded(), posts(jsonType, `{"odd 'name'":["one",{"x":TURN}],"y":1}`))
		It("some values in JSON", vcr.Recorded(), posts(jsonType, `{"a":{"b":"TURN"},"list":[1,TURN]}`))
		It("a field of a form", vcr.Recorded(), posts(formType, `a=1&session=TURN`))
		It("in a part of multipart", vcr.Recorded(), uploads("a=1", `options={"at":TURN}`))
		It("a UUID and a date in a prompt", vcr.Recorded(), posts(jsonType, `{"messages":[{"role":"user","content":"Today is Saturday, November 2TURN, 2026. My order is `+uuid+`."}]}`))
		It("times", vcr.Recorded(), posts(jsonType, `{"since":173200000TURN,"until":"2026-11-27T01:02:0TURNZ"}`))
		It("ids of calls in many messages", vcr.Recorded(), posts(jsonType, `{"messages":[`+strings.Repeat(`{"tool_call_id":"call_abcdefgTURN","content":"x"},`, 12)+`{}]}`))
		It("ids of messages", vcr.Recorded(), posts(jsonType, `{"messages":[{"id":"msg_01AbCdEfGh23456TURN"},{"id":"msg_01XyCdEfGh23456TURN"}]}`))
		It("a nonce beside a date", vcr.Recorded(), posts(jsonType, `{"nonce":TURN,"content":"It is 2026-11-2TURN."}`))
		It("white space in a text", vcr.Recorded(), posts("text/plain", "Be brief."+inTurn(" ", "\n\n")+"Be kind."))
		It("the name of a file", vcr.Recorded(), posts("multipart/form-data; boundary=b",
			"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"TURN.wav\"\r\n\r\nRIFF\r\n--b--\r\n"))
		It("a token that expired", vcr.Recorded(), func() {
			for range 2 {
				resp, err := vcr.Client().PostForm(origin("/oauth/token"), url.Values{"grant_type": {"client_credentials"}})
				Expect(err).NotTo(HaveOccurred())
				var token struct {
					Expires int64 `json:"expires_at"`
				}
				if err := json.Unmarshal([]byte(body(resp)), &token); err != nil || time.Unix(token.Expires, 0).After(time.Now()) {
					return
				}
			}
		})
		It("once more", vcr.Recorded(), func() {
			for range inTurn(1, 2) {
				ask("/poll")
			}
		})
	})
})
