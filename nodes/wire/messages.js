// Made by `npm run wire` from messages.proto: change that file, not this one.
/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

// Common aliases
const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

// Exported root namespace
const $root = $protobuf.roots["default"] || ($protobuf.roots["default"] = {});

export const whiteout = $root.whiteout = (() => {

    /**
     * Namespace whiteout.
     * @exports whiteout
     * @namespace
     */
    const whiteout = {};

    whiteout.Transaction = (function() {

        /**
         * Properties of a Transaction.
         * @typedef {Object} whiteout.Transaction.$Properties
         * @property {Uint8Array|null} [owner] Transaction owner
         * @property {number|null} [nonce] Transaction nonce
         * @property {Uint8Array|null} [payload] Transaction payload
         * @property {Uint8Array|null} [signature] Transaction signature
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Transaction.
         * @memberof whiteout
         * @interface ITransaction
         * @augments whiteout.Transaction.$Properties
         * @deprecated Use whiteout.Transaction.$Properties instead.
         */

        /**
         * Shape of a Transaction.
         * @typedef {whiteout.Transaction.$Properties} whiteout.Transaction.$Shape
         */

        /**
         * Constructs a new Transaction.
         * @memberof whiteout
         * @classdesc Represents a Transaction.
         * @constructor
         * @param {whiteout.Transaction.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Transaction = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Transaction owner.
         * @member {Uint8Array} owner
         * @memberof whiteout.Transaction
         * @instance
         */
        Transaction.prototype.owner = $util.newBuffer([]);

        /**
         * Transaction nonce.
         * @member {number} nonce
         * @memberof whiteout.Transaction
         * @instance
         */
        Transaction.prototype.nonce = 0;

        /**
         * Transaction payload.
         * @member {Uint8Array} payload
         * @memberof whiteout.Transaction
         * @instance
         */
        Transaction.prototype.payload = $util.newBuffer([]);

        /**
         * Transaction signature.
         * @member {Uint8Array} signature
         * @memberof whiteout.Transaction
         * @instance
         */
        Transaction.prototype.signature = $util.newBuffer([]);

        /**
         * Creates a new Transaction instance using the specified properties.
         * @function create
         * @memberof whiteout.Transaction
         * @static
         * @param {whiteout.Transaction.$Properties=} [properties] Properties to set
         * @returns {whiteout.Transaction} Transaction instance
         * @type {{
         *   (properties: whiteout.Transaction.$Shape): whiteout.Transaction & whiteout.Transaction.$Shape;
         *   (properties?: whiteout.Transaction.$Properties): whiteout.Transaction;
         * }}
         */
        Transaction.create = function(properties) {
            return new Transaction(properties);
        };

        /**
         * Encodes the specified Transaction message. Does not implicitly {@link whiteout.Transaction.verify|verify} messages.
         * @function encode
         * @memberof whiteout.Transaction
         * @static
         * @param {whiteout.Transaction.$Properties} message Transaction message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Transaction.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.owner != null && $Object.hasOwnProperty.call(message, "owner") && message.owner.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.owner);
            if (message.nonce != null && $Object.hasOwnProperty.call(message, "nonce") && message.nonce !== 0)
                writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.nonce);
            if (message.payload != null && $Object.hasOwnProperty.call(message, "payload") && message.payload.length)
                writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.payload);
            if (message.signature != null && $Object.hasOwnProperty.call(message, "signature") && message.signature.length)
                writer.uint32(/* id 4, wireType 2 =*/34).bytes(message.signature);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Transaction message from the specified reader or buffer.
         * @function decode
         * @memberof whiteout.Transaction
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {whiteout.Transaction & whiteout.Transaction.$Shape} Transaction
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Transaction.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.whiteout.Transaction();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.owner = value;
                        else
                            delete message.owner;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.nonce = value;
                        else
                            delete message.nonce;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.payload = value;
                        else
                            delete message.payload;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.signature = value;
                        else
                            delete message.signature;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Gets the type url for Transaction
         * @function getTypeUrl
         * @memberof whiteout.Transaction
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        Transaction.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/whiteout.Transaction";
        };

        return Transaction;
    })();

    whiteout.VertexBody = (function() {

        /**
         * Properties of a VertexBody.
         * @typedef {Object} whiteout.VertexBody.$Properties
         * @property {number|null} [issuer] VertexBody issuer
         * @property {number|null} [sequence] VertexBody sequence
         * @property {Array.<Uint8Array>|null} [parents] VertexBody parents
         * @property {Array.<whiteout.Transaction.$Properties>|null} [transactions] VertexBody transactions
         * @property {number|null} [timestampMs] VertexBody timestampMs
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a VertexBody.
         * @memberof whiteout
         * @interface IVertexBody
         * @augments whiteout.VertexBody.$Properties
         * @deprecated Use whiteout.VertexBody.$Properties instead.
         */

        /**
         * Shape of a VertexBody.
         * @typedef {whiteout.VertexBody.$Properties} whiteout.VertexBody.$Shape
         */

        /**
         * Constructs a new VertexBody.
         * @memberof whiteout
         * @classdesc Represents a VertexBody.
         * @constructor
         * @param {whiteout.VertexBody.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const VertexBody = function (properties) {
            this.parents = [];
            this.transactions = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * VertexBody issuer.
         * @member {number} issuer
         * @memberof whiteout.VertexBody
         * @instance
         */
        VertexBody.prototype.issuer = 0;

        /**
         * VertexBody sequence.
         * @member {number} sequence
         * @memberof whiteout.VertexBody
         * @instance
         */
        VertexBody.prototype.sequence = 0;

        /**
         * VertexBody parents.
         * @member {Array.<Uint8Array>} parents
         * @memberof whiteout.VertexBody
         * @instance
         */
        VertexBody.prototype.parents = $util.emptyArray;

        /**
         * VertexBody transactions.
         * @member {Array.<whiteout.Transaction.$Properties>} transactions
         * @memberof whiteout.VertexBody
         * @instance
         */
        VertexBody.prototype.transactions = $util.emptyArray;

        /**
         * VertexBody timestampMs.
         * @member {number} timestampMs
         * @memberof whiteout.VertexBody
         * @instance
         */
        VertexBody.prototype.timestampMs = 0;

        /**
         * Creates a new VertexBody instance using the specified properties.
         * @function create
         * @memberof whiteout.VertexBody
         * @static
         * @param {whiteout.VertexBody.$Properties=} [properties] Properties to set
         * @returns {whiteout.VertexBody} VertexBody instance
         * @type {{
         *   (properties: whiteout.VertexBody.$Shape): whiteout.VertexBody & whiteout.VertexBody.$Shape;
         *   (properties?: whiteout.VertexBody.$Properties): whiteout.VertexBody;
         * }}
         */
        VertexBody.create = function(properties) {
            return new VertexBody(properties);
        };

        /**
         * Encodes the specified VertexBody message. Does not implicitly {@link whiteout.VertexBody.verify|verify} messages.
         * @function encode
         * @memberof whiteout.VertexBody
         * @static
         * @param {whiteout.VertexBody.$Properties} message VertexBody message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        VertexBody.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.issuer != null && $Object.hasOwnProperty.call(message, "issuer") && message.issuer !== 0)
                writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.issuer);
            if (message.sequence != null && $Object.hasOwnProperty.call(message, "sequence") && message.sequence !== 0)
                writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.sequence);
            if (message.parents != null && message.parents.length)
                for (let i = 0; i < message.parents.length; ++i)
                    writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.parents[i]);
            if (message.transactions != null && message.transactions.length)
                for (let i = 0; i < message.transactions.length; ++i)
                    $root.whiteout.Transaction.encode(message.transactions[i], writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
            if (message.timestampMs != null && $Object.hasOwnProperty.call(message, "timestampMs") && !$Object.is(message.timestampMs, 0))
                writer.uint32(/* id 5, wireType 1 =*/41).double(message.timestampMs);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a VertexBody message from the specified reader or buffer.
         * @function decode
         * @memberof whiteout.VertexBody
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {whiteout.VertexBody & whiteout.VertexBody.$Shape} VertexBody
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        VertexBody.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.whiteout.VertexBody();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.issuer = value;
                        else
                            delete message.issuer;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.sequence = value;
                        else
                            delete message.sequence;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if (!(message.parents && message.parents.length))
                            message.parents = [];
                        message.parents.push(reader.bytes());
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if (!(message.transactions && message.transactions.length))
                            message.transactions = [];
                        message.transactions.push($root.whiteout.Transaction.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 5: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.timestampMs = value;
                        else
                            delete message.timestampMs;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Gets the type url for VertexBody
         * @function getTypeUrl
         * @memberof whiteout.VertexBody
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        VertexBody.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/whiteout.VertexBody";
        };

        return VertexBody;
    })();

    whiteout.Vertex = (function() {

        /**
         * Properties of a Vertex.
         * @typedef {Object} whiteout.Vertex.$Properties
         * @property {Uint8Array|null} [body] Vertex body
         * @property {Uint8Array|null} [signature] Vertex signature
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Vertex.
         * @memberof whiteout
         * @interface IVertex
         * @augments whiteout.Vertex.$Properties
         * @deprecated Use whiteout.Vertex.$Properties instead.
         */

        /**
         * Shape of a Vertex.
         * @typedef {whiteout.Vertex.$Properties} whiteout.Vertex.$Shape
         */

        /**
         * Constructs a new Vertex.
         * @memberof whiteout
         * @classdesc Represents a Vertex.
         * @constructor
         * @param {whiteout.Vertex.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Vertex = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Vertex body.
         * @member {Uint8Array} body
         * @memberof whiteout.Vertex
         * @instance
         */
        Vertex.prototype.body = $util.newBuffer([]);

        /**
         * Vertex signature.
         * @member {Uint8Array} signature
         * @memberof whiteout.Vertex
         * @instance
         */
        Vertex.prototype.signature = $util.newBuffer([]);

        /**
         * Creates a new Vertex instance using the specified properties.
         * @function create
         * @memberof whiteout.Vertex
         * @static
         * @param {whiteout.Vertex.$Properties=} [properties] Properties to set
         * @returns {whiteout.Vertex} Vertex instance
         * @type {{
         *   (properties: whiteout.Vertex.$Shape): whiteout.Vertex & whiteout.Vertex.$Shape;
         *   (properties?: whiteout.Vertex.$Properties): whiteout.Vertex;
         * }}
         */
        Vertex.create = function(properties) {
            return new Vertex(properties);
        };

        /**
         * Encodes the specified Vertex message. Does not implicitly {@link whiteout.Vertex.verify|verify} messages.
         * @function encode
         * @memberof whiteout.Vertex
         * @static
         * @param {whiteout.Vertex.$Properties} message Vertex message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Vertex.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.body != null && $Object.hasOwnProperty.call(message, "body") && message.body.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.body);
            if (message.signature != null && $Object.hasOwnProperty.call(message, "signature") && message.signature.length)
                writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.signature);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Vertex message from the specified reader or buffer.
         * @function decode
         * @memberof whiteout.Vertex
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {whiteout.Vertex & whiteout.Vertex.$Shape} Vertex
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Vertex.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.whiteout.Vertex();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.body = value;
                        else
                            delete message.body;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.signature = value;
                        else
                            delete message.signature;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Gets the type url for Vertex
         * @function getTypeUrl
         * @memberof whiteout.Vertex
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        Vertex.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/whiteout.Vertex";
        };

        return Vertex;
    })();

    whiteout.Vote = (function() {

        /**
         * Properties of a Vote.
         * @typedef {Object} whiteout.Vote.$Properties
         * @property {Uint8Array|null} [vertex] Vote vertex
         * @property {Array.<number>|null} [exceptions] Vote exceptions
         * @property {Array.<number>|null} [claims] Vote claims
         * @property {number|null} [round] Vote round
         * @property {boolean|null} [locked] Vote locked
         * @property {Array.<number>|null} [open] Vote open
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Vote.
         * @memberof whiteout
         * @interface IVote
         * @augments whiteout.Vote.$Properties
         * @deprecated Use whiteout.Vote.$Properties instead.
         */

        /**
         * Shape of a Vote.
         * @typedef {whiteout.Vote.$Properties} whiteout.Vote.$Shape
         */

        /**
         * Constructs a new Vote.
         * @memberof whiteout
         * @classdesc Represents a Vote.
         * @constructor
         * @param {whiteout.Vote.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Vote = function (properties) {
            this.exceptions = [];
            this.claims = [];
            this.open = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Vote vertex.
         * @member {Uint8Array} vertex
         * @memberof whiteout.Vote
         * @instance
         */
        Vote.prototype.vertex = $util.newBuffer([]);

        /**
         * Vote exceptions.
         * @member {Array.<number>} exceptions
         * @memberof whiteout.Vote
         * @instance
         */
        Vote.prototype.exceptions = $util.emptyArray;

        /**
         * Vote claims.
         * @member {Array.<number>} claims
         * @memberof whiteout.Vote
         * @instance
         */
        Vote.prototype.claims = $util.emptyArray;

        /**
         * Vote round.
         * @member {number} round
         * @memberof whiteout.Vote
         * @instance
         */
        Vote.prototype.round = 0;

        /**
         * Vote locked.
         * @member {boolean} locked
         * @memberof whiteout.Vote
         * @instance
         */
        Vote.prototype.locked = false;

        /**
         * Vote open.
         * @member {Array.<number>} open
         * @memberof whiteout.Vote
         * @instance
         */
        Vote.prototype.open = $util.emptyArray;

        /**
         * Creates a new Vote instance using the specified properties.
         * @function create
         * @memberof whiteout.Vote
         * @static
         * @param {whiteout.Vote.$Properties=} [properties] Properties to set
         * @returns {whiteout.Vote} Vote instance
         * @type {{
         *   (properties: whiteout.Vote.$Shape): whiteout.Vote & whiteout.Vote.$Shape;
         *   (properties?: whiteout.Vote.$Properties): whiteout.Vote;
         * }}
         */
        Vote.create = function(properties) {
            return new Vote(properties);
        };

        /**
         * Encodes the specified Vote message. Does not implicitly {@link whiteout.Vote.verify|verify} messages.
         * @function encode
         * @memberof whiteout.Vote
         * @static
         * @param {whiteout.Vote.$Properties} message Vote message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Vote.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.vertex != null && $Object.hasOwnProperty.call(message, "vertex") && message.vertex.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.vertex);
            if (message.exceptions != null && message.exceptions.length)
                writer.uint32(/* id 2, wireType 2 =*/18).uint32s(message.exceptions);
            if (message.claims != null && message.claims.length)
                writer.uint32(/* id 3, wireType 2 =*/26).uint32s(message.claims);
            if (message.round != null && $Object.hasOwnProperty.call(message, "round") && message.round !== 0)
                writer.uint32(/* id 4, wireType 0 =*/32).uint32(message.round);
            if (message.locked != null && $Object.hasOwnProperty.call(message, "locked") && message.locked !== false)
                writer.uint32(/* id 5, wireType 0 =*/40).bool(message.locked);
            if (message.open != null && message.open.length)
                writer.uint32(/* id 6, wireType 2 =*/50).uint32s(message.open);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Vote message from the specified reader or buffer.
         * @function decode
         * @memberof whiteout.Vote
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {whiteout.Vote & whiteout.Vote.$Shape} Vote
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Vote.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.whiteout.Vote();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.vertex = value;
                        else
                            delete message.vertex;
                        continue;
                    }
                case 2: {
                        if (wireType === 2) {
                            if (!(message.exceptions && message.exceptions.length))
                                message.exceptions = [];
                            reader.uint32s(message.exceptions);
                            continue;
                        }
                        if (wireType !== 0)
                            break;
                        if (!(message.exceptions && message.exceptions.length))
                            message.exceptions = [];
                        message.exceptions.push(reader.uint32());
                        continue;
                    }
                case 3: {
                        if (wireType === 2) {
                            if (!(message.claims && message.claims.length))
                                message.claims = [];
                            reader.uint32s(message.claims);
                            continue;
                        }
                        if (wireType !== 0)
                            break;
                        if (!(message.claims && message.claims.length))
                            message.claims = [];
                        message.claims.push(reader.uint32());
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.round = value;
                        else
                            delete message.round;
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.locked = value;
                        else
                            delete message.locked;
                        continue;
                    }
                case 6: {
                        if (wireType === 2) {
                            if (!(message.open && message.open.length))
                                message.open = [];
                            reader.uint32s(message.open);
                            continue;
                        }
                        if (wireType !== 0)
                            break;
                        if (!(message.open && message.open.length))
                            message.open = [];
                        message.open.push(reader.uint32());
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Gets the type url for Vote
         * @function getTypeUrl
         * @memberof whiteout.Vote
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        Vote.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/whiteout.Vote";
        };

        return Vote;
    })();

    whiteout.Query = (function() {

        /**
         * Properties of a Query.
         * @typedef {Object} whiteout.Query.$Properties
         * @property {number|null} [poll] Query poll
         * @property {Array.<Uint8Array>|null} [vertices] Query vertices
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Query.
         * @memberof whiteout
         * @interface IQuery
         * @augments whiteout.Query.$Properties
         * @deprecated Use whiteout.Query.$Properties instead.
         */

        /**
         * Shape of a Query.
         * @typedef {whiteout.Query.$Properties} whiteout.Query.$Shape
         */

        /**
         * Constructs a new Query.
         * @memberof whiteout
         * @classdesc Represents a Query.
         * @constructor
         * @param {whiteout.Query.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Query = function (properties) {
            this.vertices = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Query poll.
         * @member {number} poll
         * @memberof whiteout.Query
         * @instance
         */
        Query.prototype.poll = 0;

        /**
         * Query vertices.
         * @member {Array.<Uint8Array>} vertices
         * @memberof whiteout.Query
         * @instance
         */
        Query.prototype.vertices = $util.emptyArray;

        /**
         * Creates a new Query instance using the specified properties.
         * @function create
         * @memberof whiteout.Query
         * @static
         * @param {whiteout.Query.$Properties=} [properties] Properties to set
         * @returns {whiteout.Query} Query instance
         * @type {{
         *   (properties: whiteout.Query.$Shape): whiteout.Query & whiteout.Query.$Shape;
         *   (properties?: whiteout.Query.$Properties): whiteout.Query;
         * }}
         */
        Query.create = function(properties) {
            return new Query(properties);
        };

        /**
         * Encodes the specified Query message. Does not implicitly {@link whiteout.Query.verify|verify} messages.
         * @function encode
         * @memberof whiteout.Query
         * @static
         * @param {whiteout.Query.$Properties} message Query message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Query.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.poll != null && $Object.hasOwnProperty.call(message, "poll") && message.poll !== 0)
                writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.poll);
            if (message.vertices != null && message.vertices.length)
                for (let i = 0; i < message.vertices.length; ++i)
                    writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.vertices[i]);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Query message from the specified reader or buffer.
         * @function decode
         * @memberof whiteout.Query
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {whiteout.Query & whiteout.Query.$Shape} Query
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Query.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.whiteout.Query();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.poll = value;
                        else
                            delete message.poll;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if (!(message.vertices && message.vertices.length))
                            message.vertices = [];
                        message.vertices.push(reader.bytes());
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Gets the type url for Query
         * @function getTypeUrl
         * @memberof whiteout.Query
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        Query.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/whiteout.Query";
        };

        return Query;
    })();

    whiteout.Chits = (function() {

        /**
         * Properties of a Chits.
         * @typedef {Object} whiteout.Chits.$Properties
         * @property {number|null} [poll] Chits poll
         * @property {Array.<whiteout.Vote.$Properties>|null} [votes] Chits votes
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Chits.
         * @memberof whiteout
         * @interface IChits
         * @augments whiteout.Chits.$Properties
         * @deprecated Use whiteout.Chits.$Properties instead.
         */

        /**
         * Shape of a Chits.
         * @typedef {whiteout.Chits.$Properties} whiteout.Chits.$Shape
         */

        /**
         * Constructs a new Chits.
         * @memberof whiteout
         * @classdesc Represents a Chits.
         * @constructor
         * @param {whiteout.Chits.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Chits = function (properties) {
            this.votes = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Chits poll.
         * @member {number} poll
         * @memberof whiteout.Chits
         * @instance
         */
        Chits.prototype.poll = 0;

        /**
         * Chits votes.
         * @member {Array.<whiteout.Vote.$Properties>} votes
         * @memberof whiteout.Chits
         * @instance
         */
        Chits.prototype.votes = $util.emptyArray;

        /**
         * Creates a new Chits instance using the specified properties.
         * @function create
         * @memberof whiteout.Chits
         * @static
         * @param {whiteout.Chits.$Properties=} [properties] Properties to set
         * @returns {whiteout.Chits} Chits instance
         * @type {{
         *   (properties: whiteout.Chits.$Shape): whiteout.Chits & whiteout.Chits.$Shape;
         *   (properties?: whiteout.Chits.$Properties): whiteout.Chits;
         * }}
         */
        Chits.create = function(properties) {
            return new Chits(properties);
        };

        /**
         * Encodes the specified Chits message. Does not implicitly {@link whiteout.Chits.verify|verify} messages.
         * @function encode
         * @memberof whiteout.Chits
         * @static
         * @param {whiteout.Chits.$Properties} message Chits message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Chits.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.poll != null && $Object.hasOwnProperty.call(message, "poll") && message.poll !== 0)
                writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.poll);
            if (message.votes != null && message.votes.length)
                for (let i = 0; i < message.votes.length; ++i)
                    $root.whiteout.Vote.encode(message.votes[i], writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Chits message from the specified reader or buffer.
         * @function decode
         * @memberof whiteout.Chits
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {whiteout.Chits & whiteout.Chits.$Shape} Chits
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Chits.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.whiteout.Chits();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.poll = value;
                        else
                            delete message.poll;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if (!(message.votes && message.votes.length))
                            message.votes = [];
                        message.votes.push($root.whiteout.Vote.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Gets the type url for Chits
         * @function getTypeUrl
         * @memberof whiteout.Chits
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        Chits.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/whiteout.Chits";
        };

        return Chits;
    })();

    whiteout.Gossip = (function() {

        /**
         * Properties of a Gossip.
         * @typedef {Object} whiteout.Gossip.$Properties
         * @property {Array.<Uint8Array>|null} [tips] Gossip tips
         * @property {number|null} [accepted] Gossip accepted
         * @property {Uint8Array|null} [digest] Gossip digest
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Gossip.
         * @memberof whiteout
         * @interface IGossip
         * @augments whiteout.Gossip.$Properties
         * @deprecated Use whiteout.Gossip.$Properties instead.
         */

        /**
         * Shape of a Gossip.
         * @typedef {whiteout.Gossip.$Properties} whiteout.Gossip.$Shape
         */

        /**
         * Constructs a new Gossip.
         * @memberof whiteout
         * @classdesc Represents a Gossip.
         * @constructor
         * @param {whiteout.Gossip.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Gossip = function (properties) {
            this.tips = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Gossip tips.
         * @member {Array.<Uint8Array>} tips
         * @memberof whiteout.Gossip
         * @instance
         */
        Gossip.prototype.tips = $util.emptyArray;

        /**
         * Gossip accepted.
         * @member {number} accepted
         * @memberof whiteout.Gossip
         * @instance
         */
        Gossip.prototype.accepted = 0;

        /**
         * Gossip digest.
         * @member {Uint8Array} digest
         * @memberof whiteout.Gossip
         * @instance
         */
        Gossip.prototype.digest = $util.newBuffer([]);

        /**
         * Creates a new Gossip instance using the specified properties.
         * @function create
         * @memberof whiteout.Gossip
         * @static
         * @param {whiteout.Gossip.$Properties=} [properties] Properties to set
         * @returns {whiteout.Gossip} Gossip instance
         * @type {{
         *   (properties: whiteout.Gossip.$Shape): whiteout.Gossip & whiteout.Gossip.$Shape;
         *   (properties?: whiteout.Gossip.$Properties): whiteout.Gossip;
         * }}
         */
        Gossip.create = function(properties) {
            return new Gossip(properties);
        };

        /**
         * Encodes the specified Gossip message. Does not implicitly {@link whiteout.Gossip.verify|verify} messages.
         * @function encode
         * @memberof whiteout.Gossip
         * @static
         * @param {whiteout.Gossip.$Properties} message Gossip message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Gossip.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.tips != null && message.tips.length)
                for (let i = 0; i < message.tips.length; ++i)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.tips[i]);
            if (message.accepted != null && $Object.hasOwnProperty.call(message, "accepted") && message.accepted !== 0)
                writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.accepted);
            if (message.digest != null && $Object.hasOwnProperty.call(message, "digest") && message.digest.length)
                writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.digest);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Gossip message from the specified reader or buffer.
         * @function decode
         * @memberof whiteout.Gossip
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {whiteout.Gossip & whiteout.Gossip.$Shape} Gossip
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Gossip.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.whiteout.Gossip();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if (!(message.tips && message.tips.length))
                            message.tips = [];
                        message.tips.push(reader.bytes());
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.accepted = value;
                        else
                            delete message.accepted;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.digest = value;
                        else
                            delete message.digest;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Gets the type url for Gossip
         * @function getTypeUrl
         * @memberof whiteout.Gossip
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        Gossip.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/whiteout.Gossip";
        };

        return Gossip;
    })();

    whiteout.Content = (function() {

        /**
         * Properties of a Content.
         * @typedef {Object} whiteout.Content.$Properties
         * @property {Array.<whiteout.Vote.$Properties>|null} [votes] Content votes
         * @property {whiteout.Gossip.$Properties|null} [gossip] Content gossip
         * @property {Array.<Uint8Array>|null} [vertices] Content vertices
         * @property {Array.<Uint8Array>|null} [wants] Content wants
         * @property {Array.<number>|null} [wantedFor] Content wantedFor
         * @property {whiteout.Query.$Properties|null} [query] Content query
         * @property {whiteout.Chits.$Properties|null} [chits] Content chits
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Content.
         * @memberof whiteout
         * @interface IContent
         * @augments whiteout.Content.$Properties
         * @deprecated Use whiteout.Content.$Properties instead.
         */

        /**
         * Shape of a Content.
         * @typedef {whiteout.Content.$Properties} whiteout.Content.$Shape
         */

        /**
         * Constructs a new Content.
         * @memberof whiteout
         * @classdesc Represents a Content.
         * @constructor
         * @param {whiteout.Content.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Content = function (properties) {
            this.votes = [];
            this.vertices = [];
            this.wants = [];
            this.wantedFor = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Content votes.
         * @member {Array.<whiteout.Vote.$Properties>} votes
         * @memberof whiteout.Content
         * @instance
         */
        Content.prototype.votes = $util.emptyArray;

        /**
         * Content gossip.
         * @member {whiteout.Gossip.$Properties|null|undefined} gossip
         * @memberof whiteout.Content
         * @instance
         */
        Content.prototype.gossip = null;

        /**
         * Content vertices.
         * @member {Array.<Uint8Array>} vertices
         * @memberof whiteout.Content
         * @instance
         */
        Content.prototype.vertices = $util.emptyArray;

        /**
         * Content wants.
         * @member {Array.<Uint8Array>} wants
         * @memberof whiteout.Content
         * @instance
         */
        Content.prototype.wants = $util.emptyArray;

        /**
         * Content wantedFor.
         * @member {Array.<number>} wantedFor
         * @memberof whiteout.Content
         * @instance
         */
        Content.prototype.wantedFor = $util.emptyArray;

        /**
         * Content query.
         * @member {whiteout.Query.$Properties|null|undefined} query
         * @memberof whiteout.Content
         * @instance
         */
        Content.prototype.query = null;

        /**
         * Content chits.
         * @member {whiteout.Chits.$Properties|null|undefined} chits
         * @memberof whiteout.Content
         * @instance
         */
        Content.prototype.chits = null;

        /**
         * Creates a new Content instance using the specified properties.
         * @function create
         * @memberof whiteout.Content
         * @static
         * @param {whiteout.Content.$Properties=} [properties] Properties to set
         * @returns {whiteout.Content} Content instance
         * @type {{
         *   (properties: whiteout.Content.$Shape): whiteout.Content & whiteout.Content.$Shape;
         *   (properties?: whiteout.Content.$Properties): whiteout.Content;
         * }}
         */
        Content.create = function(properties) {
            return new Content(properties);
        };

        /**
         * Encodes the specified Content message. Does not implicitly {@link whiteout.Content.verify|verify} messages.
         * @function encode
         * @memberof whiteout.Content
         * @static
         * @param {whiteout.Content.$Properties} message Content message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Content.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.votes != null && message.votes.length)
                for (let i = 0; i < message.votes.length; ++i)
                    $root.whiteout.Vote.encode(message.votes[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
            if (message.gossip != null && $Object.hasOwnProperty.call(message, "gossip"))
                $root.whiteout.Gossip.encode(message.gossip, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
            if (message.vertices != null && message.vertices.length)
                for (let i = 0; i < message.vertices.length; ++i)
                    writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.vertices[i]);
            if (message.wants != null && message.wants.length)
                for (let i = 0; i < message.wants.length; ++i)
                    writer.uint32(/* id 4, wireType 2 =*/34).bytes(message.wants[i]);
            if (message.query != null && $Object.hasOwnProperty.call(message, "query"))
                $root.whiteout.Query.encode(message.query, writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
            if (message.chits != null && $Object.hasOwnProperty.call(message, "chits"))
                $root.whiteout.Chits.encode(message.chits, writer.uint32(/* id 6, wireType 2 =*/50).fork(), _depth + 1).ldelim();
            if (message.wantedFor != null && message.wantedFor.length)
                writer.uint32(/* id 7, wireType 2 =*/58).uint32s(message.wantedFor);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Content message from the specified reader or buffer.
         * @function decode
         * @memberof whiteout.Content
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {whiteout.Content & whiteout.Content.$Shape} Content
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Content.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.whiteout.Content();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if (!(message.votes && message.votes.length))
                            message.votes = [];
                        message.votes.push($root.whiteout.Vote.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.gossip = $root.whiteout.Gossip.decode(reader, reader.size(), $undefined, _depth + 1, message.gossip);
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if (!(message.vertices && message.vertices.length))
                            message.vertices = [];
                        message.vertices.push(reader.bytes());
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if (!(message.wants && message.wants.length))
                            message.wants = [];
                        message.wants.push(reader.bytes());
                        continue;
                    }
                case 7: {
                        if (wireType === 2) {
                            if (!(message.wantedFor && message.wantedFor.length))
                                message.wantedFor = [];
                            reader.uint32s(message.wantedFor);
                            continue;
                        }
                        if (wireType !== 0)
                            break;
                        if (!(message.wantedFor && message.wantedFor.length))
                            message.wantedFor = [];
                        message.wantedFor.push(reader.uint32());
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        message.query = $root.whiteout.Query.decode(reader, reader.size(), $undefined, _depth + 1, message.query);
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        message.chits = $root.whiteout.Chits.decode(reader, reader.size(), $undefined, _depth + 1, message.chits);
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Gets the type url for Content
         * @function getTypeUrl
         * @memberof whiteout.Content
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        Content.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/whiteout.Content";
        };

        return Content;
    })();

    whiteout.Votes = (function() {

        /**
         * Properties of a Votes.
         * @typedef {Object} whiteout.Votes.$Properties
         * @property {Array.<whiteout.Vote.$Properties>|null} [votes] Votes votes
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Votes.
         * @memberof whiteout
         * @interface IVotes
         * @augments whiteout.Votes.$Properties
         * @deprecated Use whiteout.Votes.$Properties instead.
         */

        /**
         * Shape of a Votes.
         * @typedef {whiteout.Votes.$Properties} whiteout.Votes.$Shape
         */

        /**
         * Constructs a new Votes.
         * @memberof whiteout
         * @classdesc Represents a Votes.
         * @constructor
         * @param {whiteout.Votes.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Votes = function (properties) {
            this.votes = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Votes votes.
         * @member {Array.<whiteout.Vote.$Properties>} votes
         * @memberof whiteout.Votes
         * @instance
         */
        Votes.prototype.votes = $util.emptyArray;

        /**
         * Creates a new Votes instance using the specified properties.
         * @function create
         * @memberof whiteout.Votes
         * @static
         * @param {whiteout.Votes.$Properties=} [properties] Properties to set
         * @returns {whiteout.Votes} Votes instance
         * @type {{
         *   (properties: whiteout.Votes.$Shape): whiteout.Votes & whiteout.Votes.$Shape;
         *   (properties?: whiteout.Votes.$Properties): whiteout.Votes;
         * }}
         */
        Votes.create = function(properties) {
            return new Votes(properties);
        };

        /**
         * Encodes the specified Votes message. Does not implicitly {@link whiteout.Votes.verify|verify} messages.
         * @function encode
         * @memberof whiteout.Votes
         * @static
         * @param {whiteout.Votes.$Properties} message Votes message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Votes.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.votes != null && message.votes.length)
                for (let i = 0; i < message.votes.length; ++i)
                    $root.whiteout.Vote.encode(message.votes[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Votes message from the specified reader or buffer.
         * @function decode
         * @memberof whiteout.Votes
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {whiteout.Votes & whiteout.Votes.$Shape} Votes
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Votes.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.whiteout.Votes();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if (!(message.votes && message.votes.length))
                            message.votes = [];
                        message.votes.push($root.whiteout.Vote.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Gets the type url for Votes
         * @function getTypeUrl
         * @memberof whiteout.Votes
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        Votes.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/whiteout.Votes";
        };

        return Votes;
    })();

    whiteout.Ballot = (function() {

        /**
         * Properties of a Ballot.
         * @typedef {Object} whiteout.Ballot.$Properties
         * @property {Uint8Array|null} [votes] Ballot votes
         * @property {Uint8Array|null} [tags] Ballot tags
         * @property {Array.<number>|null} [receivers] Ballot receivers
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Ballot.
         * @memberof whiteout
         * @interface IBallot
         * @augments whiteout.Ballot.$Properties
         * @deprecated Use whiteout.Ballot.$Properties instead.
         */

        /**
         * Shape of a Ballot.
         * @typedef {whiteout.Ballot.$Properties} whiteout.Ballot.$Shape
         */

        /**
         * Constructs a new Ballot.
         * @memberof whiteout
         * @classdesc Represents a Ballot.
         * @constructor
         * @param {whiteout.Ballot.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Ballot = function (properties) {
            this.receivers = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Ballot votes.
         * @member {Uint8Array} votes
         * @memberof whiteout.Ballot
         * @instance
         */
        Ballot.prototype.votes = $util.newBuffer([]);

        /**
         * Ballot tags.
         * @member {Uint8Array} tags
         * @memberof whiteout.Ballot
         * @instance
         */
        Ballot.prototype.tags = $util.newBuffer([]);

        /**
         * Ballot receivers.
         * @member {Array.<number>} receivers
         * @memberof whiteout.Ballot
         * @instance
         */
        Ballot.prototype.receivers = $util.emptyArray;

        /**
         * Creates a new Ballot instance using the specified properties.
         * @function create
         * @memberof whiteout.Ballot
         * @static
         * @param {whiteout.Ballot.$Properties=} [properties] Properties to set
         * @returns {whiteout.Ballot} Ballot instance
         * @type {{
         *   (properties: whiteout.Ballot.$Shape): whiteout.Ballot & whiteout.Ballot.$Shape;
         *   (properties?: whiteout.Ballot.$Properties): whiteout.Ballot;
         * }}
         */
        Ballot.create = function(properties) {
            return new Ballot(properties);
        };

        /**
         * Encodes the specified Ballot message. Does not implicitly {@link whiteout.Ballot.verify|verify} messages.
         * @function encode
         * @memberof whiteout.Ballot
         * @static
         * @param {whiteout.Ballot.$Properties} message Ballot message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Ballot.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.votes != null && $Object.hasOwnProperty.call(message, "votes") && message.votes.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.votes);
            if (message.tags != null && $Object.hasOwnProperty.call(message, "tags") && message.tags.length)
                writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.tags);
            if (message.receivers != null && message.receivers.length)
                writer.uint32(/* id 3, wireType 2 =*/26).uint32s(message.receivers);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Ballot message from the specified reader or buffer.
         * @function decode
         * @memberof whiteout.Ballot
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {whiteout.Ballot & whiteout.Ballot.$Shape} Ballot
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Ballot.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.whiteout.Ballot();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.votes = value;
                        else
                            delete message.votes;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.tags = value;
                        else
                            delete message.tags;
                        continue;
                    }
                case 3: {
                        if (wireType === 2) {
                            if (!(message.receivers && message.receivers.length))
                                message.receivers = [];
                            reader.uint32s(message.receivers);
                            continue;
                        }
                        if (wireType !== 0)
                            break;
                        if (!(message.receivers && message.receivers.length))
                            message.receivers = [];
                        message.receivers.push(reader.uint32());
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Gets the type url for Ballot
         * @function getTypeUrl
         * @memberof whiteout.Ballot
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        Ballot.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/whiteout.Ballot";
        };

        return Ballot;
    })();

    whiteout.Certificate = (function() {

        /**
         * Properties of a Certificate.
         * @typedef {Object} whiteout.Certificate.$Properties
         * @property {Uint8Array|null} [votes] Certificate votes
         * @property {Uint8Array|null} [voters] Certificate voters
         * @property {Uint8Array|null} [tags] Certificate tags
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Certificate.
         * @memberof whiteout
         * @interface ICertificate
         * @augments whiteout.Certificate.$Properties
         * @deprecated Use whiteout.Certificate.$Properties instead.
         */

        /**
         * Shape of a Certificate.
         * @typedef {whiteout.Certificate.$Properties} whiteout.Certificate.$Shape
         */

        /**
         * Constructs a new Certificate.
         * @memberof whiteout
         * @classdesc Represents a Certificate.
         * @constructor
         * @param {whiteout.Certificate.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Certificate = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Certificate votes.
         * @member {Uint8Array} votes
         * @memberof whiteout.Certificate
         * @instance
         */
        Certificate.prototype.votes = $util.newBuffer([]);

        /**
         * Certificate voters.
         * @member {Uint8Array} voters
         * @memberof whiteout.Certificate
         * @instance
         */
        Certificate.prototype.voters = $util.newBuffer([]);

        /**
         * Certificate tags.
         * @member {Uint8Array} tags
         * @memberof whiteout.Certificate
         * @instance
         */
        Certificate.prototype.tags = $util.newBuffer([]);

        /**
         * Creates a new Certificate instance using the specified properties.
         * @function create
         * @memberof whiteout.Certificate
         * @static
         * @param {whiteout.Certificate.$Properties=} [properties] Properties to set
         * @returns {whiteout.Certificate} Certificate instance
         * @type {{
         *   (properties: whiteout.Certificate.$Shape): whiteout.Certificate & whiteout.Certificate.$Shape;
         *   (properties?: whiteout.Certificate.$Properties): whiteout.Certificate;
         * }}
         */
        Certificate.create = function(properties) {
            return new Certificate(properties);
        };

        /**
         * Encodes the specified Certificate message. Does not implicitly {@link whiteout.Certificate.verify|verify} messages.
         * @function encode
         * @memberof whiteout.Certificate
         * @static
         * @param {whiteout.Certificate.$Properties} message Certificate message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Certificate.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.votes != null && $Object.hasOwnProperty.call(message, "votes") && message.votes.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.votes);
            if (message.voters != null && $Object.hasOwnProperty.call(message, "voters") && message.voters.length)
                writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.voters);
            if (message.tags != null && $Object.hasOwnProperty.call(message, "tags") && message.tags.length)
                writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.tags);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Certificate message from the specified reader or buffer.
         * @function decode
         * @memberof whiteout.Certificate
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {whiteout.Certificate & whiteout.Certificate.$Shape} Certificate
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Certificate.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.whiteout.Certificate();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.votes = value;
                        else
                            delete message.votes;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.voters = value;
                        else
                            delete message.voters;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.tags = value;
                        else
                            delete message.tags;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Gets the type url for Certificate
         * @function getTypeUrl
         * @memberof whiteout.Certificate
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        Certificate.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/whiteout.Certificate";
        };

        return Certificate;
    })();

    whiteout.Pull = (function() {

        /**
         * Properties of a Pull.
         * @typedef {Object} whiteout.Pull.$Properties
         * @property {Array.<Uint8Array>|null} [ids] Pull ids
         * @property {boolean|null} [stretch] Pull stretch
         * @property {Array.<Uint8Array>|null} [have] Pull have
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Pull.
         * @memberof whiteout
         * @interface IPull
         * @augments whiteout.Pull.$Properties
         * @deprecated Use whiteout.Pull.$Properties instead.
         */

        /**
         * Shape of a Pull.
         * @typedef {whiteout.Pull.$Properties} whiteout.Pull.$Shape
         */

        /**
         * Constructs a new Pull.
         * @memberof whiteout
         * @classdesc Represents a Pull.
         * @constructor
         * @param {whiteout.Pull.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Pull = function (properties) {
            this.ids = [];
            this.have = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Pull ids.
         * @member {Array.<Uint8Array>} ids
         * @memberof whiteout.Pull
         * @instance
         */
        Pull.prototype.ids = $util.emptyArray;

        /**
         * Pull stretch.
         * @member {boolean} stretch
         * @memberof whiteout.Pull
         * @instance
         */
        Pull.prototype.stretch = false;

        /**
         * Pull have.
         * @member {Array.<Uint8Array>} have
         * @memberof whiteout.Pull
         * @instance
         */
        Pull.prototype.have = $util.emptyArray;

        /**
         * Creates a new Pull instance using the specified properties.
         * @function create
         * @memberof whiteout.Pull
         * @static
         * @param {whiteout.Pull.$Properties=} [properties] Properties to set
         * @returns {whiteout.Pull} Pull instance
         * @type {{
         *   (properties: whiteout.Pull.$Shape): whiteout.Pull & whiteout.Pull.$Shape;
         *   (properties?: whiteout.Pull.$Properties): whiteout.Pull;
         * }}
         */
        Pull.create = function(properties) {
            return new Pull(properties);
        };

        /**
         * Encodes the specified Pull message. Does not implicitly {@link whiteout.Pull.verify|verify} messages.
         * @function encode
         * @memberof whiteout.Pull
         * @static
         * @param {whiteout.Pull.$Properties} message Pull message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Pull.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.ids != null && message.ids.length)
                for (let i = 0; i < message.ids.length; ++i)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.ids[i]);
            if (message.have != null && message.have.length)
                for (let i = 0; i < message.have.length; ++i)
                    writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.have[i]);
            if (message.stretch != null && $Object.hasOwnProperty.call(message, "stretch") && message.stretch !== false)
                writer.uint32(/* id 3, wireType 0 =*/24).bool(message.stretch);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Pull message from the specified reader or buffer.
         * @function decode
         * @memberof whiteout.Pull
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {whiteout.Pull & whiteout.Pull.$Shape} Pull
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Pull.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.whiteout.Pull();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if (!(message.ids && message.ids.length))
                            message.ids = [];
                        message.ids.push(reader.bytes());
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.stretch = value;
                        else
                            delete message.stretch;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if (!(message.have && message.have.length))
                            message.have = [];
                        message.have.push(reader.bytes());
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Gets the type url for Pull
         * @function getTypeUrl
         * @memberof whiteout.Pull
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        Pull.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/whiteout.Pull";
        };

        return Pull;
    })();

    whiteout.Frame = (function() {

        /**
         * Properties of a Frame.
         * @typedef {Object} whiteout.Frame.$Properties
         * @property {whiteout.Content.$Properties|null} [content] Frame content
         * @property {whiteout.Pull.$Properties|null} [pull] Frame pull
         * @property {Array.<Uint8Array>|null} [pulled] Frame pulled
         * @property {Array.<whiteout.Ballot.$Properties>|null} [ballots] Frame ballots
         * @property {Array.<whiteout.Certificate.$Properties>|null} [certificates] Frame certificates
         * @property {Array.<Uint8Array>|null} [collect] Frame collect
         * @property {Array.<whiteout.Transaction.$Properties>|null} [entrusted] Frame entrusted
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Frame.
         * @memberof whiteout
         * @interface IFrame
         * @augments whiteout.Frame.$Properties
         * @deprecated Use whiteout.Frame.$Properties instead.
         */

        /**
         * Shape of a Frame.
         * @typedef {whiteout.Frame.$Properties} whiteout.Frame.$Shape
         */

        /**
         * Constructs a new Frame.
         * @memberof whiteout
         * @classdesc Represents a Frame.
         * @constructor
         * @param {whiteout.Frame.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Frame = function (properties) {
            this.pulled = [];
            this.ballots = [];
            this.certificates = [];
            this.collect = [];
            this.entrusted = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Frame content.
         * @member {whiteout.Content.$Properties|null|undefined} content
         * @memberof whiteout.Frame
         * @instance
         */
        Frame.prototype.content = null;

        /**
         * Frame pull.
         * @member {whiteout.Pull.$Properties|null|undefined} pull
         * @memberof whiteout.Frame
         * @instance
         */
        Frame.prototype.pull = null;

        /**
         * Frame pulled.
         * @member {Array.<Uint8Array>} pulled
         * @memberof whiteout.Frame
         * @instance
         */
        Frame.prototype.pulled = $util.emptyArray;

        /**
         * Frame ballots.
         * @member {Array.<whiteout.Ballot.$Properties>} ballots
         * @memberof whiteout.Frame
         * @instance
         */
        Frame.prototype.ballots = $util.emptyArray;

        /**
         * Frame certificates.
         * @member {Array.<whiteout.Certificate.$Properties>} certificates
         * @memberof whiteout.Frame
         * @instance
         */
        Frame.prototype.certificates = $util.emptyArray;

        /**
         * Frame collect.
         * @member {Array.<Uint8Array>} collect
         * @memberof whiteout.Frame
         * @instance
         */
        Frame.prototype.collect = $util.emptyArray;

        /**
         * Frame entrusted.
         * @member {Array.<whiteout.Transaction.$Properties>} entrusted
         * @memberof whiteout.Frame
         * @instance
         */
        Frame.prototype.entrusted = $util.emptyArray;

        /**
         * Creates a new Frame instance using the specified properties.
         * @function create
         * @memberof whiteout.Frame
         * @static
         * @param {whiteout.Frame.$Properties=} [properties] Properties to set
         * @returns {whiteout.Frame} Frame instance
         * @type {{
         *   (properties: whiteout.Frame.$Shape): whiteout.Frame & whiteout.Frame.$Shape;
         *   (properties?: whiteout.Frame.$Properties): whiteout.Frame;
         * }}
         */
        Frame.create = function(properties) {
            return new Frame(properties);
        };

        /**
         * Encodes the specified Frame message. Does not implicitly {@link whiteout.Frame.verify|verify} messages.
         * @function encode
         * @memberof whiteout.Frame
         * @static
         * @param {whiteout.Frame.$Properties} message Frame message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Frame.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.content != null && $Object.hasOwnProperty.call(message, "content"))
                $root.whiteout.Content.encode(message.content, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
            if (message.pull != null && $Object.hasOwnProperty.call(message, "pull"))
                $root.whiteout.Pull.encode(message.pull, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
            if (message.pulled != null && message.pulled.length)
                for (let i = 0; i < message.pulled.length; ++i)
                    writer.uint32(/* id 4, wireType 2 =*/34).bytes(message.pulled[i]);
            if (message.ballots != null && message.ballots.length)
                for (let i = 0; i < message.ballots.length; ++i)
                    $root.whiteout.Ballot.encode(message.ballots[i], writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
            if (message.certificates != null && message.certificates.length)
                for (let i = 0; i < message.certificates.length; ++i)
                    $root.whiteout.Certificate.encode(message.certificates[i], writer.uint32(/* id 6, wireType 2 =*/50).fork(), _depth + 1).ldelim();
            if (message.collect != null && message.collect.length)
                for (let i = 0; i < message.collect.length; ++i)
                    writer.uint32(/* id 7, wireType 2 =*/58).bytes(message.collect[i]);
            if (message.entrusted != null && message.entrusted.length)
                for (let i = 0; i < message.entrusted.length; ++i)
                    $root.whiteout.Transaction.encode(message.entrusted[i], writer.uint32(/* id 8, wireType 2 =*/66).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Frame message from the specified reader or buffer.
         * @function decode
         * @memberof whiteout.Frame
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {whiteout.Frame & whiteout.Frame.$Shape} Frame
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Frame.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.whiteout.Frame();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.content = $root.whiteout.Content.decode(reader, reader.size(), $undefined, _depth + 1, message.content);
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        message.pull = $root.whiteout.Pull.decode(reader, reader.size(), $undefined, _depth + 1, message.pull);
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if (!(message.pulled && message.pulled.length))
                            message.pulled = [];
                        message.pulled.push(reader.bytes());
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        if (!(message.ballots && message.ballots.length))
                            message.ballots = [];
                        message.ballots.push($root.whiteout.Ballot.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        if (!(message.certificates && message.certificates.length))
                            message.certificates = [];
                        message.certificates.push($root.whiteout.Certificate.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        if (!(message.collect && message.collect.length))
                            message.collect = [];
                        message.collect.push(reader.bytes());
                        continue;
                    }
                case 8: {
                        if (wireType !== 2)
                            break;
                        if (!(message.entrusted && message.entrusted.length))
                            message.entrusted = [];
                        message.entrusted.push($root.whiteout.Transaction.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Gets the type url for Frame
         * @function getTypeUrl
         * @memberof whiteout.Frame
         * @static
         * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns {string} The type url
         */
        Frame.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/whiteout.Frame";
        };

        return Frame;
    })();

    return whiteout;
})();

export {
  $root as default
};
