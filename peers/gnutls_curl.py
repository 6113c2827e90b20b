# curl by GnuTLS, which takes a key of a token without asking for its public half:
#   gnutls_curl.py URL CA CERTIFICATE KEY [COOKIE]
# Prints what the server said, then status and redirect.
import sys

import pycurl

url, ca, certificate, key, *cookie = sys.argv[1:]
curl = pycurl.Curl()
curl.setopt(curl.URL, url)
curl.setopt(curl.SSLVERSION, curl.SSLVERSION_TLSv1_2)
curl.setopt(curl.CAINFO, ca)
curl.setopt(curl.SSLCERT, certificate)
curl.setopt(curl.SSLKEY, key)
if cookie:
    curl.setopt(curl.COOKIE, cookie[0])
curl.perform()
print(curl.getinfo(curl.RESPONSE_CODE), curl.getinfo(curl.REDIRECT_URL) or '')
