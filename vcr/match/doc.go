// Package match says which recording answers a request, why none does, and how
// loosely the rules for that are set.
//
// Matching is by key: each part of a request that counts becomes a part of a
// key, and equal keys match. So a lookup costs the same on a tape of one
// recording and of ten thousand. By default the method, the URL and the body
// count: the query by its parameters, whatever their order, and the body by its
// Content-Type: JSON by value, forms by field, multipart by part, anything else
// by its bytes. Headers do not count. [Rules] say otherwise.
//
// There are two keys. [Matcher.Exact] is cheap and tells requests apart byte by
// byte; [Matcher.Key] is the one described above. A request is looked up by the
// first, and by the second only when the first finds nothing.
//
// Whatever is compared here was redacted before, so that texts can be shown.
package match
