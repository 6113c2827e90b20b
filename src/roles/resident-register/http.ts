// The resident register over HTTP, from its contract.

import { type ClientOptions, roleClient, roleRoutes } from '../../adapters/http/index.ts'
import { type ResidentRegister, residentRegisterContract } from './contract.ts'

export const routes = (register: ResidentRegister) => roleRoutes(residentRegisterContract, register)
export const client = (url: string, options: Omit<ClientOptions, 'url'> = {}): ResidentRegister =>
  roleClient(residentRegisterContract, { ...options, url })
