import { DynamoAnnouncementStore } from '../../lambda/adapters/dynamo-announcement-store.ts';
import { DynamoBlockStore } from '../../lambda/adapters/dynamo-block-store.ts';
import { DynamoBudgetStore } from '../../lambda/adapters/dynamo-budget-store.ts';
import { DynamoCspReportStore } from '../../lambda/adapters/dynamo-csp-report-store.ts';
import { DynamoDistinctCounter } from '../../lambda/adapters/dynamo-distinct-counter.ts';
import { DynamoErasableAccounts, DynamoErasureStore } from '../../lambda/adapters/dynamo-erasure-store.ts';
import { DynamoIncidentStore } from '../../lambda/adapters/dynamo-incident-store.ts';
import { DynamoPersonalHistory } from '../../lambda/adapters/dynamo-personal-history.ts';
import { DynamoReportEndStore } from '../../lambda/adapters/dynamo-report-end-store.ts';
import { DynamoSubscriptionStore } from '../../lambda/adapters/dynamo-subscription-store.ts';
import { startTables, type TestTables } from '../support/dynalite.ts';
import { MemoryAddressStore } from '../support/memory-address-store.ts';
import { MemoryBlockStore, MemoryDistinctCounter } from '../support/memory-blocklist.ts';
import { MemoryBudgetStore } from '../support/memory-budgets.ts';
import { MemoryCspReportStore } from '../support/memory-csp-reports.ts';
import { MemoryErasableAccounts, MemoryErasureStore, MemoryPersonalHistory } from '../support/memory-erasures.ts';
import { MemoryIncidentStore } from '../support/memory-incident-store.ts';
import { MemoryTriageStore } from '../support/memory-reports.ts';
import { MemoryStaffStore } from '../support/memory-staff-store.ts';
import {
  MemoryAccountStore,
  MemoryAttemptStore,
  MemoryCredentialStore,
  MemoryEventLog,
  MemoryRegistrationStore,
  MemorySeedStore,
  MemoryTokenStore,
} from '../support/memory-stores.ts';
import { MemoryAnnouncementStore, MemorySubscriptionStore } from '../support/memory-subscriptions.ts';
import { describeAddressContract } from './address-contract.ts';
import { describeBlockContract } from './block-contract.ts';
import { describeBudgetContract } from './budget-contract.ts';
import { describeCspReportContract } from './csp-report-contract.ts';
import { describeDeviceContract } from './device-contract.ts';
import { describeErasureContract } from './erasure-contract.ts';
import { describeFactorContract } from './factor-contract.ts';
import { describeIncidentContract } from './incident-contract.ts';
import { describeReportContract } from './report-contract.ts';
import { describeStaffContract } from './staff-contract.ts';
import { describeStoreContract, type Stores } from './store-contract.ts';
import { describeSubscriptionContract } from './subscription-contract.ts';

/** Another engine than dynalite, when `npm run verify` names one. */
const endpoint = process.env.STORE_CONTRACT_ENDPOINT;
let tables: TestTables;

beforeAll(async () => {
  tables = await startTables(endpoint);
});

afterAll(() => tables.stop());

const engine = endpoint === undefined ? 'dynalite' : 'the engine under test';
describeStoreContract(engine, () => tables.stores);
describeBlockContract(engine, () => ({
  blocks: new DynamoBlockStore(tables.client, tables.name('ip-blocks')),
  distinct: new DynamoDistinctCounter(tables.client, tables.name('attempts')),
}));
describeBudgetContract(engine, () => new DynamoBudgetStore(tables.client, tables.name('rate-limits')));
describeIncidentContract(engine, () => new DynamoIncidentStore(tables.client, tables.name('incidents')));
describeCspReportContract(engine, () => new DynamoCspReportStore(tables.client, tables.name('csp-reports')));
describeReportContract(engine, () => new DynamoReportEndStore(tables.client, tables.name('vulnerability-reports')));
describeSubscriptionContract(engine, () => ({
  subscriptions: new DynamoSubscriptionStore(tables.client, tables.name('status-subscriptions')),
  announcements: new DynamoAnnouncementStore(tables.client, tables.name('announcements')),
}));
describeErasureContract(engine, () => ({
  ...tables.stores,
  erasures: new DynamoErasureStore(tables.client, tables.name('erasures')),
  erasable: new DynamoErasableAccounts(tables.client, tables.name('accounts')),
  history: new DynamoPersonalHistory(tables.client, tables.name('events')),
}));
describeFactorContract(engine, () => tables.stores);
describeDeviceContract(engine, () => tables.stores);
describeAddressContract(engine, () => ({ ...tables.stores, addresses: tables.addresses }));
describeStaffContract(engine, () => ({ ...tables.stores, staff: tables.staff }));

const memoryAccounts = new MemoryAccountStore();
const memory: Stores = {
  accounts: memoryAccounts,
  factors: memoryAccounts,
  seeds: new MemorySeedStore(),
  credentials: new MemoryCredentialStore(),
  registrations: new MemoryRegistrationStore(),
  tokens: new MemoryTokenStore(),
  attempts: new MemoryAttemptStore(),
  events: new MemoryEventLog(),
  putToken: async (tokenHash, token) => {
    (memory.tokens as MemoryTokenStore).items.set(tokenHash, token);
  },
};

describeStoreContract('memory', () => memory);
describeFactorContract('memory', () => memory);
describeDeviceContract('memory', () => memory);
describeAddressContract('memory', () => ({ ...memory, addresses: new MemoryAddressStore(memoryAccounts) }));
describeStaffContract('memory', () => ({ ...memory, staff: new MemoryStaffStore(memoryAccounts) }));

const memoryBlocks = { blocks: new MemoryBlockStore(), distinct: new MemoryDistinctCounter() };
describeBlockContract('memory', () => memoryBlocks);

const memoryBudgets = new MemoryBudgetStore();
describeBudgetContract('memory', () => memoryBudgets);

const memoryIncidents = new MemoryIncidentStore();
describeIncidentContract('memory', () => memoryIncidents);
const memoryCspReports = new MemoryCspReportStore();
describeCspReportContract('memory', () => memoryCspReports);
const memoryReports = new MemoryTriageStore();
describeReportContract('memory', () => memoryReports);
const memorySubscriptions = { subscriptions: new MemorySubscriptionStore(), announcements: new MemoryAnnouncementStore() };
describeSubscriptionContract('memory', () => memorySubscriptions);

const memoryErasures = new MemoryErasureStore();
describeErasureContract('memory', () => ({
  ...memory,
  erasures: memoryErasures,
  erasable: new MemoryErasableAccounts(memoryAccounts),
  history: new MemoryPersonalHistory(memory.events as MemoryEventLog),
}));
