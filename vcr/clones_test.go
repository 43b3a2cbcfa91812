package vcr_test

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var _ = Describe("A clone of the default transport", func() {
	It("is recorded and replayed", func() {
		w := newWorld()
		tapes := rack{"clones/of_the_environment_s_proxy.yaml": {"POST /proxy"}}
		for _, turn := range []string{"first", "second"} {
			tapes["clones/"+turn+".yaml"] = []string{"POST /" + turn, "POST /" + turn, "POST /" + turn, "POST /" + turn, "POST /before", "GET /" + turn}
		}
		w.records("clones", 15, tapes, "HTTPS_PROXY="+w.origin.URL)
		w.records("clones", 2, tapes, "CI=true", "HTTPS_PROXY="+w.origin.URL) // outside of the specs
	})

	It("leaves no goroutine", func() {
		w := newWorld()
		w.records("clones leave nothing", 2, rack{"nothing/is_left_of_a_clone.yaml": {"POST /1"}, "nothing/is_left_of_the_default_client.yaml": {"GET /2"}})
		w.replays("clones leave nothing")
	})

	It("belongs to the session in force when a request starts", func() {
		w := newWorld()
		tapes := rack{"outliving/starts.yaml": {"POST /1"}, "outliving/goes_on.yaml": {"POST /2"}}
		w.records("clones outlive", 3, tapes)
		w.records("clones outlive", 1, tapes, "CI=true")
	})

	It("fails a miss where it happens", func() {
		w := newWorld()
		r := w.run("clones miss", "CI=true")
		Expect(r.exit).To(Equal(1))
		failure := r.spec("a recording").Failure
		Expect(failure.Message).To(HavePrefix("cassettes/missing/a_recording.yaml: no recording for POST https://api.example.com/miss\n"))
		Expect(failure.Location.ContentsOfLine()).To(ContainSubstring("place: a request"))
	})

	It("is refused with settings that the session does not have", func() {
		w := newWorld()
		r := w.run("clones refused")
		Expect(r.exit).To(Equal(1))
		Expect(r.served).To(BeNumerically("<=", 1)) // the dialer went there, and said nothing
		Expect(w.tapes()).To(BeEmpty())
		for text, reason := range map[string]string{
			"for its dialer":             "POST https://api.example.com/clone was sent with a clone of http.DefaultTransport that has a DialContext of its own, and cannot be answered there; hand vcr.Client() to the code that made the clone",
			"for its proxy":              "a clone of http.DefaultTransport with a Proxy of its own was about to reach api.example.com:443, past the session; leave its Proxy as it is, or hand vcr.Client() to the code that made the clone",
			"for its certificates":       "a clone of http.DefaultTransport with a TLSClientConfig of its own asked for https://api.example.com, and does not trust the session (remote error: tls: bad certificate); hand vcr.Client() to the code that made the clone, and set the configuration by vcr.Base",
			"for its client certificate": "a clone of http.DefaultTransport asked for https://api.example.com with a client certificate, which the session does not have; hand vcr.Client() to the code that made the clone, and set the configuration by vcr.Base",
		} {
			spec := r.spec(text)
			place := "\n  in the spec at " + spec.LeafNodeLocation.String()
			Expect(spec.FailureMessage()).To(Equal("DeferCleanup callback returned error: cassettes/refused/" + strings.ReplaceAll(text, " ", "_") + ".yaml: " + reason + place))
		}
	})

	It("honours what the suite has set", func() {
		w := newWorld()
		url := "GET /path"
		w.records("clones of a changed transport", 4, rack{
			"changed/by_the_default_client.yaml": {url}, "changed/by_a_clone.yaml": {url}, "changed/by_a_client_of_ours.yaml": {url},
		})
	})

	It("sends by itself what is not recorded", func() {
		newWorld().records("clones sent", 2, rack{})
	})
})
