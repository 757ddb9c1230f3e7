// Made by `npm run wire` from messages.proto: change that file, not this one.
import * as $protobuf from "protobufjs";
import Long = require("long");

/** Namespace whiteout. */
export namespace whiteout {

    /**
     * Properties of a Transaction.
     * @deprecated Use whiteout.Transaction.$Properties instead.
     */
    interface ITransaction extends whiteout.Transaction.$Properties {
    }

    /** Represents a Transaction. */
    class Transaction {

        /**
         * Constructs a new Transaction.
         * @param [properties] Properties to set
         */
        constructor(properties?: whiteout.Transaction.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Transaction owner. */
        owner: Uint8Array;

        /** Transaction nonce. */
        nonce: number;

        /** Transaction payload. */
        payload: Uint8Array;

        /** Transaction signature. */
        signature: Uint8Array;

        /**
         * Creates a new Transaction instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Transaction instance
         */
        static create(properties: whiteout.Transaction.$Shape): whiteout.Transaction & whiteout.Transaction.$Shape;
        static create(properties?: whiteout.Transaction.$Properties): whiteout.Transaction;

        /**
         * Encodes the specified Transaction message. Does not implicitly {@link whiteout.Transaction.verify|verify} messages.
         * @param message Transaction message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: whiteout.Transaction.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Transaction message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {whiteout.Transaction & whiteout.Transaction.$Shape} Transaction
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): whiteout.Transaction & whiteout.Transaction.$Shape;

        /**
         * Gets the type url for Transaction
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Transaction {

        /** Properties of a Transaction. */
        interface $Properties {

            /** Transaction owner */
            owner?: (Uint8Array|null);

            /** Transaction nonce */
            nonce?: (number|null);

            /** Transaction payload */
            payload?: (Uint8Array|null);

            /** Transaction signature */
            signature?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Transaction. */
        type $Shape = whiteout.Transaction.$Properties;
    }

    /**
     * Properties of a VertexBody.
     * @deprecated Use whiteout.VertexBody.$Properties instead.
     */
    interface IVertexBody extends whiteout.VertexBody.$Properties {
    }

    /** Represents a VertexBody. */
    class VertexBody {

        /**
         * Constructs a new VertexBody.
         * @param [properties] Properties to set
         */
        constructor(properties?: whiteout.VertexBody.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** VertexBody issuer. */
        issuer: number;

        /** VertexBody sequence. */
        sequence: number;

        /** VertexBody parents. */
        parents: Uint8Array[];

        /** VertexBody transactions. */
        transactions: whiteout.Transaction.$Properties[];

        /** VertexBody timestampMs. */
        timestampMs: number;

        /**
         * Creates a new VertexBody instance using the specified properties.
         * @param [properties] Properties to set
         * @returns VertexBody instance
         */
        static create(properties: whiteout.VertexBody.$Shape): whiteout.VertexBody & whiteout.VertexBody.$Shape;
        static create(properties?: whiteout.VertexBody.$Properties): whiteout.VertexBody;

        /**
         * Encodes the specified VertexBody message. Does not implicitly {@link whiteout.VertexBody.verify|verify} messages.
         * @param message VertexBody message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: whiteout.VertexBody.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a VertexBody message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {whiteout.VertexBody & whiteout.VertexBody.$Shape} VertexBody
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): whiteout.VertexBody & whiteout.VertexBody.$Shape;

        /**
         * Gets the type url for VertexBody
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace VertexBody {

        /** Properties of a VertexBody. */
        interface $Properties {

            /** VertexBody issuer */
            issuer?: (number|null);

            /** VertexBody sequence */
            sequence?: (number|null);

            /** VertexBody parents */
            parents?: (Uint8Array[]|null);

            /** VertexBody transactions */
            transactions?: (whiteout.Transaction.$Properties[]|null);

            /** VertexBody timestampMs */
            timestampMs?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a VertexBody. */
        type $Shape = whiteout.VertexBody.$Properties;
    }

    /**
     * Properties of a Vertex.
     * @deprecated Use whiteout.Vertex.$Properties instead.
     */
    interface IVertex extends whiteout.Vertex.$Properties {
    }

    /** Represents a Vertex. */
    class Vertex {

        /**
         * Constructs a new Vertex.
         * @param [properties] Properties to set
         */
        constructor(properties?: whiteout.Vertex.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Vertex body. */
        body: Uint8Array;

        /** Vertex signature. */
        signature: Uint8Array;

        /**
         * Creates a new Vertex instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Vertex instance
         */
        static create(properties: whiteout.Vertex.$Shape): whiteout.Vertex & whiteout.Vertex.$Shape;
        static create(properties?: whiteout.Vertex.$Properties): whiteout.Vertex;

        /**
         * Encodes the specified Vertex message. Does not implicitly {@link whiteout.Vertex.verify|verify} messages.
         * @param message Vertex message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: whiteout.Vertex.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Vertex message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {whiteout.Vertex & whiteout.Vertex.$Shape} Vertex
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): whiteout.Vertex & whiteout.Vertex.$Shape;

        /**
         * Gets the type url for Vertex
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Vertex {

        /** Properties of a Vertex. */
        interface $Properties {

            /** Vertex body */
            body?: (Uint8Array|null);

            /** Vertex signature */
            signature?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Vertex. */
        type $Shape = whiteout.Vertex.$Properties;
    }

    /**
     * Properties of a Vote.
     * @deprecated Use whiteout.Vote.$Properties instead.
     */
    interface IVote extends whiteout.Vote.$Properties {
    }

    /** Represents a Vote. */
    class Vote {

        /**
         * Constructs a new Vote.
         * @param [properties] Properties to set
         */
        constructor(properties?: whiteout.Vote.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Vote vertex. */
        vertex: Uint8Array;

        /** Vote exceptions. */
        exceptions: number[];

        /** Vote claims. */
        claims: number[];

        /** Vote round. */
        round: number;

        /** Vote locked. */
        locked: boolean;

        /** Vote open. */
        open: number[];

        /**
         * Creates a new Vote instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Vote instance
         */
        static create(properties: whiteout.Vote.$Shape): whiteout.Vote & whiteout.Vote.$Shape;
        static create(properties?: whiteout.Vote.$Properties): whiteout.Vote;

        /**
         * Encodes the specified Vote message. Does not implicitly {@link whiteout.Vote.verify|verify} messages.
         * @param message Vote message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: whiteout.Vote.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Vote message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {whiteout.Vote & whiteout.Vote.$Shape} Vote
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): whiteout.Vote & whiteout.Vote.$Shape;

        /**
         * Gets the type url for Vote
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Vote {

        /** Properties of a Vote. */
        interface $Properties {

            /** Vote vertex */
            vertex?: (Uint8Array|null);

            /** Vote exceptions */
            exceptions?: (number[]|null);

            /** Vote claims */
            claims?: (number[]|null);

            /** Vote round */
            round?: (number|null);

            /** Vote locked */
            locked?: (boolean|null);

            /** Vote open */
            open?: (number[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Vote. */
        type $Shape = whiteout.Vote.$Properties;
    }

    /**
     * Properties of a Query.
     * @deprecated Use whiteout.Query.$Properties instead.
     */
    interface IQuery extends whiteout.Query.$Properties {
    }

    /** Represents a Query. */
    class Query {

        /**
         * Constructs a new Query.
         * @param [properties] Properties to set
         */
        constructor(properties?: whiteout.Query.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Query poll. */
        poll: number;

        /** Query vertices. */
        vertices: Uint8Array[];

        /**
         * Creates a new Query instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Query instance
         */
        static create(properties: whiteout.Query.$Shape): whiteout.Query & whiteout.Query.$Shape;
        static create(properties?: whiteout.Query.$Properties): whiteout.Query;

        /**
         * Encodes the specified Query message. Does not implicitly {@link whiteout.Query.verify|verify} messages.
         * @param message Query message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: whiteout.Query.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Query message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {whiteout.Query & whiteout.Query.$Shape} Query
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): whiteout.Query & whiteout.Query.$Shape;

        /**
         * Gets the type url for Query
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Query {

        /** Properties of a Query. */
        interface $Properties {

            /** Query poll */
            poll?: (number|null);

            /** Query vertices */
            vertices?: (Uint8Array[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Query. */
        type $Shape = whiteout.Query.$Properties;
    }

    /**
     * Properties of a Chits.
     * @deprecated Use whiteout.Chits.$Properties instead.
     */
    interface IChits extends whiteout.Chits.$Properties {
    }

    /** Represents a Chits. */
    class Chits {

        /**
         * Constructs a new Chits.
         * @param [properties] Properties to set
         */
        constructor(properties?: whiteout.Chits.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Chits poll. */
        poll: number;

        /** Chits votes. */
        votes: whiteout.Vote.$Properties[];

        /**
         * Creates a new Chits instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Chits instance
         */
        static create(properties: whiteout.Chits.$Shape): whiteout.Chits & whiteout.Chits.$Shape;
        static create(properties?: whiteout.Chits.$Properties): whiteout.Chits;

        /**
         * Encodes the specified Chits message. Does not implicitly {@link whiteout.Chits.verify|verify} messages.
         * @param message Chits message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: whiteout.Chits.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Chits message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {whiteout.Chits & whiteout.Chits.$Shape} Chits
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): whiteout.Chits & whiteout.Chits.$Shape;

        /**
         * Gets the type url for Chits
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Chits {

        /** Properties of a Chits. */
        interface $Properties {

            /** Chits poll */
            poll?: (number|null);

            /** Chits votes */
            votes?: (whiteout.Vote.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Chits. */
        type $Shape = whiteout.Chits.$Properties;
    }

    /**
     * Properties of a Gossip.
     * @deprecated Use whiteout.Gossip.$Properties instead.
     */
    interface IGossip extends whiteout.Gossip.$Properties {
    }

    /** Represents a Gossip. */
    class Gossip {

        /**
         * Constructs a new Gossip.
         * @param [properties] Properties to set
         */
        constructor(properties?: whiteout.Gossip.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Gossip tips. */
        tips: Uint8Array[];

        /** Gossip accepted. */
        accepted: number;

        /** Gossip digest. */
        digest: Uint8Array;

        /**
         * Creates a new Gossip instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Gossip instance
         */
        static create(properties: whiteout.Gossip.$Shape): whiteout.Gossip & whiteout.Gossip.$Shape;
        static create(properties?: whiteout.Gossip.$Properties): whiteout.Gossip;

        /**
         * Encodes the specified Gossip message. Does not implicitly {@link whiteout.Gossip.verify|verify} messages.
         * @param message Gossip message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: whiteout.Gossip.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Gossip message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {whiteout.Gossip & whiteout.Gossip.$Shape} Gossip
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): whiteout.Gossip & whiteout.Gossip.$Shape;

        /**
         * Gets the type url for Gossip
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Gossip {

        /** Properties of a Gossip. */
        interface $Properties {

            /** Gossip tips */
            tips?: (Uint8Array[]|null);

            /** Gossip accepted */
            accepted?: (number|null);

            /** Gossip digest */
            digest?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Gossip. */
        type $Shape = whiteout.Gossip.$Properties;
    }

    /**
     * Properties of a Content.
     * @deprecated Use whiteout.Content.$Properties instead.
     */
    interface IContent extends whiteout.Content.$Properties {
    }

    /** Represents a Content. */
    class Content {

        /**
         * Constructs a new Content.
         * @param [properties] Properties to set
         */
        constructor(properties?: whiteout.Content.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Content votes. */
        votes: whiteout.Vote.$Properties[];

        /** Content gossip. */
        gossip?: (whiteout.Gossip.$Properties|null);

        /** Content vertices. */
        vertices: Uint8Array[];

        /** Content wants. */
        wants: Uint8Array[];

        /** Content wantedFor. */
        wantedFor: number[];

        /** Content query. */
        query?: (whiteout.Query.$Properties|null);

        /** Content chits. */
        chits?: (whiteout.Chits.$Properties|null);

        /**
         * Creates a new Content instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Content instance
         */
        static create(properties: whiteout.Content.$Shape): whiteout.Content & whiteout.Content.$Shape;
        static create(properties?: whiteout.Content.$Properties): whiteout.Content;

        /**
         * Encodes the specified Content message. Does not implicitly {@link whiteout.Content.verify|verify} messages.
         * @param message Content message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: whiteout.Content.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Content message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {whiteout.Content & whiteout.Content.$Shape} Content
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): whiteout.Content & whiteout.Content.$Shape;

        /**
         * Gets the type url for Content
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Content {

        /** Properties of a Content. */
        interface $Properties {

            /** Content votes */
            votes?: (whiteout.Vote.$Properties[]|null);

            /** Content gossip */
            gossip?: (whiteout.Gossip.$Properties|null);

            /** Content vertices */
            vertices?: (Uint8Array[]|null);

            /** Content wants */
            wants?: (Uint8Array[]|null);

            /** Content wantedFor */
            wantedFor?: (number[]|null);

            /** Content query */
            query?: (whiteout.Query.$Properties|null);

            /** Content chits */
            chits?: (whiteout.Chits.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Content. */
        type $Shape = whiteout.Content.$Properties;
    }

    /**
     * Properties of a Votes.
     * @deprecated Use whiteout.Votes.$Properties instead.
     */
    interface IVotes extends whiteout.Votes.$Properties {
    }

    /** Represents a Votes. */
    class Votes {

        /**
         * Constructs a new Votes.
         * @param [properties] Properties to set
         */
        constructor(properties?: whiteout.Votes.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Votes votes. */
        votes: whiteout.Vote.$Properties[];

        /**
         * Creates a new Votes instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Votes instance
         */
        static create(properties: whiteout.Votes.$Shape): whiteout.Votes & whiteout.Votes.$Shape;
        static create(properties?: whiteout.Votes.$Properties): whiteout.Votes;

        /**
         * Encodes the specified Votes message. Does not implicitly {@link whiteout.Votes.verify|verify} messages.
         * @param message Votes message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: whiteout.Votes.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Votes message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {whiteout.Votes & whiteout.Votes.$Shape} Votes
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): whiteout.Votes & whiteout.Votes.$Shape;

        /**
         * Gets the type url for Votes
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Votes {

        /** Properties of a Votes. */
        interface $Properties {

            /** Votes votes */
            votes?: (whiteout.Vote.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Votes. */
        type $Shape = whiteout.Votes.$Properties;
    }

    /**
     * Properties of a Ballot.
     * @deprecated Use whiteout.Ballot.$Properties instead.
     */
    interface IBallot extends whiteout.Ballot.$Properties {
    }

    /** Represents a Ballot. */
    class Ballot {

        /**
         * Constructs a new Ballot.
         * @param [properties] Properties to set
         */
        constructor(properties?: whiteout.Ballot.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Ballot votes. */
        votes: Uint8Array;

        /** Ballot tags. */
        tags: Uint8Array;

        /** Ballot receivers. */
        receivers: number[];

        /**
         * Creates a new Ballot instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Ballot instance
         */
        static create(properties: whiteout.Ballot.$Shape): whiteout.Ballot & whiteout.Ballot.$Shape;
        static create(properties?: whiteout.Ballot.$Properties): whiteout.Ballot;

        /**
         * Encodes the specified Ballot message. Does not implicitly {@link whiteout.Ballot.verify|verify} messages.
         * @param message Ballot message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: whiteout.Ballot.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Ballot message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {whiteout.Ballot & whiteout.Ballot.$Shape} Ballot
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): whiteout.Ballot & whiteout.Ballot.$Shape;

        /**
         * Gets the type url for Ballot
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Ballot {

        /** Properties of a Ballot. */
        interface $Properties {

            /** Ballot votes */
            votes?: (Uint8Array|null);

            /** Ballot tags */
            tags?: (Uint8Array|null);

            /** Ballot receivers */
            receivers?: (number[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Ballot. */
        type $Shape = whiteout.Ballot.$Properties;
    }

    /**
     * Properties of a Certificate.
     * @deprecated Use whiteout.Certificate.$Properties instead.
     */
    interface ICertificate extends whiteout.Certificate.$Properties {
    }

    /** Represents a Certificate. */
    class Certificate {

        /**
         * Constructs a new Certificate.
         * @param [properties] Properties to set
         */
        constructor(properties?: whiteout.Certificate.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Certificate votes. */
        votes: Uint8Array;

        /** Certificate voters. */
        voters: Uint8Array;

        /** Certificate tags. */
        tags: Uint8Array;

        /**
         * Creates a new Certificate instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Certificate instance
         */
        static create(properties: whiteout.Certificate.$Shape): whiteout.Certificate & whiteout.Certificate.$Shape;
        static create(properties?: whiteout.Certificate.$Properties): whiteout.Certificate;

        /**
         * Encodes the specified Certificate message. Does not implicitly {@link whiteout.Certificate.verify|verify} messages.
         * @param message Certificate message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: whiteout.Certificate.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Certificate message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {whiteout.Certificate & whiteout.Certificate.$Shape} Certificate
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): whiteout.Certificate & whiteout.Certificate.$Shape;

        /**
         * Gets the type url for Certificate
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Certificate {

        /** Properties of a Certificate. */
        interface $Properties {

            /** Certificate votes */
            votes?: (Uint8Array|null);

            /** Certificate voters */
            voters?: (Uint8Array|null);

            /** Certificate tags */
            tags?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Certificate. */
        type $Shape = whiteout.Certificate.$Properties;
    }

    /**
     * Properties of a Pull.
     * @deprecated Use whiteout.Pull.$Properties instead.
     */
    interface IPull extends whiteout.Pull.$Properties {
    }

    /** Represents a Pull. */
    class Pull {

        /**
         * Constructs a new Pull.
         * @param [properties] Properties to set
         */
        constructor(properties?: whiteout.Pull.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Pull ids. */
        ids: Uint8Array[];

        /** Pull stretch. */
        stretch: boolean;

        /** Pull have. */
        have: Uint8Array[];

        /**
         * Creates a new Pull instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Pull instance
         */
        static create(properties: whiteout.Pull.$Shape): whiteout.Pull & whiteout.Pull.$Shape;
        static create(properties?: whiteout.Pull.$Properties): whiteout.Pull;

        /**
         * Encodes the specified Pull message. Does not implicitly {@link whiteout.Pull.verify|verify} messages.
         * @param message Pull message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: whiteout.Pull.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Pull message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {whiteout.Pull & whiteout.Pull.$Shape} Pull
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): whiteout.Pull & whiteout.Pull.$Shape;

        /**
         * Gets the type url for Pull
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Pull {

        /** Properties of a Pull. */
        interface $Properties {

            /** Pull ids */
            ids?: (Uint8Array[]|null);

            /** Pull stretch */
            stretch?: (boolean|null);

            /** Pull have */
            have?: (Uint8Array[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Pull. */
        type $Shape = whiteout.Pull.$Properties;
    }

    /**
     * Properties of a Frame.
     * @deprecated Use whiteout.Frame.$Properties instead.
     */
    interface IFrame extends whiteout.Frame.$Properties {
    }

    /** Represents a Frame. */
    class Frame {

        /**
         * Constructs a new Frame.
         * @param [properties] Properties to set
         */
        constructor(properties?: whiteout.Frame.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Frame content. */
        content?: (whiteout.Content.$Properties|null);

        /** Frame pull. */
        pull?: (whiteout.Pull.$Properties|null);

        /** Frame pulled. */
        pulled: Uint8Array[];

        /** Frame ballots. */
        ballots: whiteout.Ballot.$Properties[];

        /** Frame certificates. */
        certificates: whiteout.Certificate.$Properties[];

        /** Frame collect. */
        collect: Uint8Array[];

        /** Frame entrusted. */
        entrusted: whiteout.Transaction.$Properties[];

        /**
         * Creates a new Frame instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Frame instance
         */
        static create(properties: whiteout.Frame.$Shape): whiteout.Frame & whiteout.Frame.$Shape;
        static create(properties?: whiteout.Frame.$Properties): whiteout.Frame;

        /**
         * Encodes the specified Frame message. Does not implicitly {@link whiteout.Frame.verify|verify} messages.
         * @param message Frame message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: whiteout.Frame.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Frame message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {whiteout.Frame & whiteout.Frame.$Shape} Frame
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): whiteout.Frame & whiteout.Frame.$Shape;

        /**
         * Gets the type url for Frame
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Frame {

        /** Properties of a Frame. */
        interface $Properties {

            /** Frame content */
            content?: (whiteout.Content.$Properties|null);

            /** Frame pull */
            pull?: (whiteout.Pull.$Properties|null);

            /** Frame pulled */
            pulled?: (Uint8Array[]|null);

            /** Frame ballots */
            ballots?: (whiteout.Ballot.$Properties[]|null);

            /** Frame certificates */
            certificates?: (whiteout.Certificate.$Properties[]|null);

            /** Frame collect */
            collect?: (Uint8Array[]|null);

            /** Frame entrusted */
            entrusted?: (whiteout.Transaction.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Frame. */
        type $Shape = whiteout.Frame.$Properties;
    }
}
