package intercept

import "net/http"

// noteBypass tells the session of a request to a loopback address that it does not
// take. It is called for each request that the default transport, or a clone of
// it, is about to send.
//
// The servers that a suite starts listen in this process: their answers are the
// suite's own, and no API's.
func (i *Interceptor) noteBypass(req *http.Request, address string) {
	if isOfBase(req.Context()) || !IsLoopback(address) {
		return
	}
	s := i.inForce()
	if s == nil || s.TakesLoopback(address) || s.SendsTo(address) {
		return
	}
	if !listensHere(portOf(address)) {
		s.Bypass(req, address)
	}
}
