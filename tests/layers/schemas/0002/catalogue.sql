BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
CREATE TABLE build (
	number INTEGER NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	name TEXT NOT NULL, 
	message TEXT NOT NULL, 
	registered_at BIGINT NOT NULL, 
	CONSTRAINT pk_build PRIMARY KEY (number), 
	CONSTRAINT uq_build_registered_at UNIQUE (registered_at)
);
INSERT INTO "build" VALUES(1,'abababababababababababababababababababababababababababababababab','Coquimbo','first roads',1794646200000000);
CREATE TABLE draft (
	id TEXT NOT NULL, 
	layer TEXT NOT NULL, 
	version VARCHAR(64) NOT NULL, 
	base VARCHAR(64), 
	base_number INTEGER NOT NULL, 
	author TEXT NOT NULL, 
	message TEXT NOT NULL, 
	report JSON, 
	source_name TEXT, 
	source_sha256 VARCHAR(64), 
	carried_over INTEGER NOT NULL, 
	created_at BIGINT NOT NULL, 
	published_as INTEGER, 
	CONSTRAINT pk_draft PRIMARY KEY (id), 
	CONSTRAINT fk_draft_version FOREIGN KEY(version) REFERENCES version (id), 
	CONSTRAINT fk_draft_base FOREIGN KEY(base) REFERENCES version (id)
);
INSERT INTO "draft" VALUES('10a7089a7d5a','ports','0f73e469a2f9afc4edbde55d6e39549d53c4685a6cffd5cdde6633525ae0988b',NULL,0,'Ana','first survey','null',NULL,NULL,0,1794643800000000,1);
INSERT INTO "draft" VALUES('fca3ba7cd4f0','ports','10271eeeccfb3f6f4dedea0b392a8df31138b2eacf8e429f8f5d59ab4be7c1e2','0f73e469a2f9afc4edbde55d6e39549d53c4685a6cffd5cdde6633525ae0988b',1,'Ana','renamed','null',NULL,NULL,0,1794644400000000,2);
INSERT INTO "draft" VALUES('7d1211e978af','constraints','91ddb5662a1e67220f97ab5bc4d2281c4fc79545148da04a329a34a86d2ac7d0',NULL,0,'Ana','flood','null',NULL,NULL,0,1794645000000000,1);
INSERT INTO "draft" VALUES('fc093fe2b4cc','constraints','d6d88d2d186b15c6f7e66cf1664e9cc914a51a58d43af94a1f3a90e25aaec1f3','91ddb5662a1e67220f97ab5bc4d2281c4fc79545148da04a329a34a86d2ac7d0',1,'Cleo','second report','null',NULL,NULL,2,1794646200000000,NULL);
CREATE TABLE head (
	layer TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	CONSTRAINT pk_head PRIMARY KEY (layer), 
	CONSTRAINT fk_head_layer FOREIGN KEY(layer, number) REFERENCES release (layer, number)
);
INSERT INTO "head" VALUES('ports',2);
INSERT INTO "head" VALUES('constraints',1);
CREATE TABLE operation (
	id INTEGER NOT NULL, 
	code TEXT NOT NULL, 
	title TEXT NOT NULL, 
	exercise BOOLEAN NOT NULL, 
	time_zone TEXT NOT NULL, 
	CONSTRAINT pk_operation PRIMARY KEY (id)
);
INSERT INTO "operation" VALUES(1,'TST','Flood of the test valley',0,'America/Santiago');
CREATE TABLE release (
	layer TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	version VARCHAR(64) NOT NULL, 
	action TEXT NOT NULL, 
	author TEXT NOT NULL, 
	message TEXT NOT NULL, 
	predecessor VARCHAR(64), 
	published_at BIGINT NOT NULL, 
	CONSTRAINT pk_release PRIMARY KEY (layer, number), 
	CONSTRAINT fk_release_version FOREIGN KEY(version) REFERENCES version (id), 
	CONSTRAINT fk_release_predecessor FOREIGN KEY(predecessor) REFERENCES version (id), 
	CONSTRAINT uq_release_published_at UNIQUE (published_at)
);
INSERT INTO "release" VALUES('ports',1,'0f73e469a2f9afc4edbde55d6e39549d53c4685a6cffd5cdde6633525ae0988b','publish','Ana','first survey',NULL,1794643800000000);
INSERT INTO "release" VALUES('ports',2,'10271eeeccfb3f6f4dedea0b392a8df31138b2eacf8e429f8f5d59ab4be7c1e2','publish','Ana','renamed','0f73e469a2f9afc4edbde55d6e39549d53c4685a6cffd5cdde6633525ae0988b',1794644400000000);
INSERT INTO "release" VALUES('constraints',1,'91ddb5662a1e67220f97ab5bc4d2281c4fc79545148da04a329a34a86d2ac7d0','publish','Ana','flood',NULL,1794645000000000);
CREATE TABLE token (
	id INTEGER NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	name TEXT NOT NULL, 
	role TEXT NOT NULL, 
	clearance TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	revoked_at BIGINT, 
	CONSTRAINT pk_token PRIMARY KEY (id), 
	CONSTRAINT uq_token_digest UNIQUE (digest)
);
INSERT INTO "token" VALUES(1,'1a3d2f89a63ed1f5664807629eb926e78cbf76761beff39150019e5f6b60a695','Ana','editor','restricted',1794646200000000,1795423800000000,NULL);
CREATE TABLE transaction_clock (
	id INTEGER NOT NULL, 
	last_at BIGINT NOT NULL, 
	CONSTRAINT pk_transaction_clock PRIMARY KEY (id)
);
INSERT INTO "transaction_clock" VALUES(1,1794646200000000);
CREATE TABLE version (
	id VARCHAR(64) NOT NULL, 
	layer TEXT NOT NULL, 
	feature_count INTEGER NOT NULL, 
	exercise BOOLEAN NOT NULL, 
	part_sha256 VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_version PRIMARY KEY (id)
);
INSERT INTO "version" VALUES('0f73e469a2f9afc4edbde55d6e39549d53c4685a6cffd5cdde6633525ae0988b','ports',2,0,'f638dfe57130f2d314f9bf2a8a5be199bc2dee757166378cc4049cc0f54daf12');
INSERT INTO "version" VALUES('10271eeeccfb3f6f4dedea0b392a8df31138b2eacf8e429f8f5d59ab4be7c1e2','ports',2,0,'6ab49eaad1ec3a5adb0bfdae21572e69d1c81f0683cde3a789074cea2eb634af');
INSERT INTO "version" VALUES('91ddb5662a1e67220f97ab5bc4d2281c4fc79545148da04a329a34a86d2ac7d0','constraints',2,0,'8c8c9d53da571f88ca7293ec8c8b757124ad4d9e3dc3e1532245307d09b2f943');
INSERT INTO "version" VALUES('d6d88d2d186b15c6f7e66cf1664e9cc914a51a58d43af94a1f3a90e25aaec1f3','constraints',3,0,'443f9b4cd034f68deb613d1c6e963846714f52c2f57f0922d36327b5df22a231');
CREATE TABLE watch (
	id VARCHAR(32) NOT NULL, 
	name TEXT NOT NULL, 
	author TEXT NOT NULL, 
	clearance TEXT NOT NULL, 
	question JSON NOT NULL, 
	created_at BIGINT NOT NULL, 
	removed_at BIGINT, 
	CONSTRAINT pk_watch PRIMARY KEY (id)
);
INSERT INTO "watch" VALUES('a3960a8839dd4219c4b6732e','Convoy 12','Ana','public','{"origin": "a", "destination": "b", "vehicle": "truck_light"}',1794646260000000,NULL);
CREATE TABLE watch_look (
	number INTEGER NOT NULL, 
	watch VARCHAR(32) NOT NULL, 
	looked_at BIGINT NOT NULL, 
	found JSON NOT NULL, 
	CONSTRAINT pk_watch_look PRIMARY KEY (number), 
	CONSTRAINT fk_watch_look_watch FOREIGN KEY(watch) REFERENCES watch (id)
);
INSERT INTO "watch_look" VALUES(1,'a3960a8839dd4219c4b6732e',1794646260000000,'{"verdict": "viable"}');
CREATE TABLE withdrawal (
	version VARCHAR(64) NOT NULL, 
	author TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	withdrawn_at BIGINT NOT NULL, 
	CONSTRAINT pk_withdrawal PRIMARY KEY (version), 
	CONSTRAINT fk_withdrawal_version FOREIGN KEY(version) REFERENCES version (id)
);
INSERT INTO "withdrawal" VALUES('0f73e469a2f9afc4edbde55d6e39549d53c4685a6cffd5cdde6633525ae0988b','Ben','typed from the wrong sheet',1794645600000000);
CREATE INDEX ix_release_version ON release (version);
CREATE INDEX ix_draft_layer ON draft (layer);
CREATE INDEX ix_watch_look_watch ON watch_look (watch);
COMMIT;
