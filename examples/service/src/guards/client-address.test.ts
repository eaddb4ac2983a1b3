import { expect, test } from "vitest";
import { clientAddress } from "./client-address.ts";

test.each([
  ["the peer's, where no proxy is trusted", "10.0.0.1", "192.0.2.1", 0, "10.0.0.1"],
  ["what the nearest proxy saw", "10.0.0.1", "198.51.100.7, 192.0.2.1", 1, "192.0.2.1"],
  ["what the farther of two proxies saw", "10.0.0.1", "198.51.100.7, 192.0.2.1", 2, "198.51.100.7"],
  ["the peer's, where a proxy was gone round", "10.0.0.1", "192.0.2.1", 2, "10.0.0.1"],
  ["the peer's, where the header is no address", "10.0.0.1", "<script>", 1, "10.0.0.1"],
  ["the peer's, where there is no header", "10.0.0.1", undefined, 1, "10.0.0.1"],
  ["that of IPv4, also when it comes as one of IPv6", "::ffff:10.0.0.1", undefined, 0, "10.0.0.1"],
  ["the network, of IPv6", "2001:DB8:1:2:3:4:5:6", undefined, 0, "2001:db8:1:2::/64"],
  ["the network, of a short one", "2001:db8::1", undefined, 0, "2001:db8:0:0::/64"],
  ["the network, of the shortest", "::1", undefined, 0, "0:0:0:0::/64"],
  ["something, whatever a proxy says", "10.0.0.1", "1:2:3:4:5:6:7:8:9::a", 1, "1:2:3:4::/64"],
  ["nothing, where nothing is known", undefined, undefined, 0, ""],
])("An address is %s", (_, peer, forwardedFor, proxies, address) => {
  expect(clientAddress(peer, forwardedFor, proxies)).toBe(address);
});
