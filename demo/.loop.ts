import { openWorld, readClock } from '../test/integration/demo/openWorld.ts';
import { auditAsset } from '../src/audit/auditAsset.ts';
import { closeSources, openBitcoinSources, openSupplySources } from '../src/cli/openSources.ts';
const o = await openWorld();
const asset = o.registry.assets.get('dbtc18')!;
const {devnet}=o.world;
const two=(u:string)=>[`${u}#operator=a`,`${u}#operator=b`];
let bad=0;
for (let i=0;i<Number(process.argv[2]);i++){
  const bitcoin=openBitcoinSources(two(devnet.bitcoind.coreSourceUrl),asset.network);
  const supply=openSupplySources(devnet.anvils.flatMap(a=>two(`eip155:${a.chainId}=${a.url}`)),[]);
  const r=await auditAsset(asset,{quorum:2},{bitcoin,supply,clock:readClock});
  await closeSources([...bitcoin,...supply]);
  if(r.verdict!=='backed'){bad++;console.log(i,JSON.stringify(r.reasons),JSON.stringify(r.reserves.observations.map(x=>x.fault)), JSON.stringify(r.supply.deployments.map(d=>d.observations.map(x=>x.fault))));}
}
console.log('bad',bad);
await o.close();
