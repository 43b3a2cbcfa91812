// Package matching decides which recording answers a request, explains why none
// does, and tests how much a set of rules ignores.
//
// A request matches by its key. Each part of the request that counts becomes a
// part of the key, and equal keys match. A lookup therefore costs the same on a
// tape of one recording and of ten thousand. By default the method, the URL and
// the body count: the query by its parameters, in any order, and the body by its
// Content-Type: JSON by value, forms by field, multipart by part, anything else
// by its bytes. Headers do not count, nor do the ids of JSON-RPC calls. [Rules] change
// that.
//
// There are two keys. [Matcher.Exact] is cheap and compares redacted bytes;
// [Matcher.Key] is the one described above, and is computed only for a request
// that the first does not find. Most requests need neither: the recorder finds them
// by what was sent, to the byte.
//
// All requests that come here are redacted, so their texts can be shown.
package matching
