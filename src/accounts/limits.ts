/** As the database's accounts_id_check. */
export const accountIdPattern = /^[A-Za-z0-9_.:-]{1,64}$/;
/** What an account or a key is called whose name was erased. */
export const erasedName = '(erased)';
export const maxAccountNameChars = 200;
/** RFC 5321, 4.5.3.1.3: a path has 256 octets, two of them its angle brackets. */
export const maxEmailChars = 254;
export const maxKeyNameChars = 100;
/** Ten years: a key that should outlive this is one without an expiry. */
export const maxKeyLifetimeDays = 3_650;
export const maxSearchChars = 100;
/** How many keys an account shows beside itself; `apiKeys` pages through all of them. */
export const maxKeysShownPerAccount = 20;
