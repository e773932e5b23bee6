// Every generated file, written anew; with --check only compared.
await import('./generateSchemas.ts');
await import('./generateOpenapi.ts');
await import('./generateErrorDocs.ts');
