export default function importPeer(specifier: string): Promise<unknown>;
