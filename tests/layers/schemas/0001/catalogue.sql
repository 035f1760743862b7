BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
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
INSERT INTO "draft" VALUES('06b0973a27b1','ports','0f73e469a2f9afc4edbde55d6e39549d53c4685a6cffd5cdde6633525ae0988b',NULL,0,'Ana','first survey','null',NULL,NULL,0,1794643800000000,1);
INSERT INTO "draft" VALUES('8876f7865b63','ports','10271eeeccfb3f6f4dedea0b392a8df31138b2eacf8e429f8f5d59ab4be7c1e2','0f73e469a2f9afc4edbde55d6e39549d53c4685a6cffd5cdde6633525ae0988b',1,'Ana','renamed','null',NULL,NULL,0,1794644400000000,2);
INSERT INTO "draft" VALUES('a8982bbc0087','constraints','7734a1577067b3f38fac403ba0c539706101766e8438a35ca8e08d351e21a9c7',NULL,0,'Ana','flood','null',NULL,NULL,0,1794645000000000,1);
INSERT INTO "draft" VALUES('4b5c61877eba','constraints','6809d23ed83705ee8241187ca360198d3d2a45b5a8b42257ab51592b62f3a276','7734a1577067b3f38fac403ba0c539706101766e8438a35ca8e08d351e21a9c7',1,'Cleo','second report','null',NULL,NULL,2,1794646200000000,NULL);
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
INSERT INTO "release" VALUES('constraints',1,'7734a1577067b3f38fac403ba0c539706101766e8438a35ca8e08d351e21a9c7','publish','Ana','flood',NULL,1794645000000000);
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
INSERT INTO "token" VALUES(1,'1bd2c690b92caf7f65ca57b9ef6b2f4f8c399f89bff3e9463827d408554fffa9','Ana','editor','restricted',1794646200000000,1795423800000000,NULL);
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
INSERT INTO "version" VALUES('7734a1577067b3f38fac403ba0c539706101766e8438a35ca8e08d351e21a9c7','constraints',2,0,'64db7f20bb62e776f61976ec872b9cd3ab2711f21610d01b4f141123458369e4');
INSERT INTO "version" VALUES('6809d23ed83705ee8241187ca360198d3d2a45b5a8b42257ab51592b62f3a276','constraints',3,0,'10561935c303efd6487e0f2095568a88df1bfc32272ba6ba8f21470da58b05df');
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
COMMIT;
